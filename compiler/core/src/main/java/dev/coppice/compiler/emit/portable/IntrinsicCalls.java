package dev.coppice.compiler.emit.portable;

import static dev.coppice.compiler.emit.portable.Rendered.primary;

import dev.coppice.compiler.emit.java.RuntimeTypes;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType.Scalar;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Intrinsics as Java calls. Float functions are the runtime's {@code FloatMath} where it has them;
 * the rest go through double and {@link StrictMath}, so that every JVM gives the same result.
 */
final class IntrinsicCalls {
  private IntrinsicCalls() {}

  static Rendered render(Intrinsic f, Scalar type, List<Rendered> arguments) {
    String list = arguments.stream().map(Rendered::text).collect(Collectors.joining(", "));
    boolean single = type == Scalar.FLOAT;
    return switch (f) {
      case EXP -> floatMath(single, "exp", list);
      case LOG -> floatMath(single, "log", list);
      case TANH -> floatMath(single, "tanh", list);
      case POW -> floatMath(single, "pow", list);
      case SIN -> floatMath(single, "sin", list);
      case COS -> floatMath(single, "cos", list);
      case SIGMOID ->
          primary(
              (single ? RuntimeTypes.FLOAT_MATH : RuntimeTypes.DOUBLE_MATH)
                  + ".sigmoid("
                  + list
                  + ")");
      case ERF ->
          primary(
              (single ? RuntimeTypes.FLOAT_MATH : RuntimeTypes.DOUBLE_MATH) + ".erf(" + list + ")");
      case SQRT -> narrowed(single, RuntimeTypes.MATH, "sqrt", list);
      case FLOOR -> narrowed(single, RuntimeTypes.MATH, "floor", list);
      case CEIL -> narrowed(single, RuntimeTypes.MATH, "ceil", list);
      case ROUND_EVEN -> narrowed(single, RuntimeTypes.MATH, "rint", list);
      case TAN, ASIN, ACOS, ATAN, SINH, COSH ->
          narrowed(
              single, RuntimeTypes.STRICT_MATH, f.name().toLowerCase(java.util.Locale.ROOT), list);
      case ASINH, ACOSH, ATANH ->
          narrowed(
              single, RuntimeTypes.DOUBLE_MATH, f.name().toLowerCase(java.util.Locale.ROOT), list);
      case FLOOR_MOD ->
          type == Scalar.INT || type == Scalar.LONG
              ? primary(RuntimeTypes.MATH + ".floorMod(" + list + ")")
              : narrowed(single, RuntimeTypes.DOUBLE_MATH, "floorMod", list);
      case FLOAT_BITS ->
          primary(
              single
                  ? RuntimeTypes.FLOAT + ".floatToRawIntBits(" + list + ")"
                  : RuntimeTypes.DOUBLE + ".doubleToRawLongBits(" + list + ")");
      case FLOAT_OF_BITS ->
          primary(
              type == Scalar.INT
                  ? RuntimeTypes.FLOAT + ".intBitsToFloat(" + list + ")"
                  : RuntimeTypes.DOUBLE + ".longBitsToDouble(" + list + ")");
      case IS_NAN ->
          primary((single ? RuntimeTypes.FLOAT : RuntimeTypes.DOUBLE) + ".isNaN(" + list + ")");
      case IS_INFINITE ->
          primary(
              (single ? RuntimeTypes.FLOAT : RuntimeTypes.DOUBLE) + ".isInfinite(" + list + ")");
      case EVENS, ODDS -> throw new IllegalStateException("compiler bug: " + f + " of a scalar");
      case MUL_ADD ->
          new Rendered(
              arguments.get(0).atLeast(Rendered.MULTIPLICATIVE)
                  + " * "
                  + arguments.get(1).atLeast(Rendered.MULTIPLICATIVE + 1)
                  + " + "
                  + arguments.get(2).atLeast(Rendered.ADDITIVE + 1),
              Rendered.ADDITIVE);
    };
  }

  private static Rendered floatMath(boolean single, String name, String arguments) {
    return primary(
        (single ? RuntimeTypes.FLOAT_MATH : RuntimeTypes.STRICT_MATH)
            + "."
            + name
            + "("
            + arguments
            + ")");
  }

  private static Rendered narrowed(boolean single, String owner, String name, String arguments) {
    String call = owner + "." + name + "(" + arguments + ")";
    return single ? new Rendered("(float) " + call, Rendered.UNARY) : primary(call);
  }
}
