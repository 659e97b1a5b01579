package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Expr.UnaryOp;
import dev.coppice.compiler.loop.LoopType.Scalar;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.runtime.DoubleMath;
import dev.coppice.runtime.FloatMath;
import dev.coppice.runtime.Half;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Arithmetic of Loop IR on boxed Java values; a vector is a list of them. */
final class LoopValues {

  /** The lanes of a value; a scalar has one. */
  @SuppressWarnings("unchecked")
  static List<Object> lanes(Object v) {
    return v instanceof List<?> list ? (List<Object>) list : List.of(v);
  }

  /** The value with these lanes; a scalar if there is one. */
  static Object vector(List<Object> lanes) {
    return lanes.size() == 1 ? lanes.get(0) : List.copyOf(lanes);
  }

  private static Object zip(List<Object> vectors, Function<List<Object>, Object> f) {
    int n = vectors.stream().mapToInt(v -> lanes(v).size()).max().orElse(1);
    List<Object> out = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<Object> at = new ArrayList<>();
      for (Object v : vectors) {
        List<Object> l = lanes(v);
        at.add(l.get(l.size() == 1 ? 0 : i));
      }
      out.add(f.apply(at));
    }
    return vector(out);
  }

  Object binary(BinaryOp op, Object a, Object b) {
    return zip(List.of(a, b), v -> scalarBinary(op, v.get(0), v.get(1)));
  }

  private static Object scalarBinary(BinaryOp op, Object a, Object b) {
    if (op.isComparison()) {
      return compare(op, a, b);
    }
    if (a instanceof Boolean x) {
      boolean y = (Boolean) b;
      return switch (op) {
        case AND -> x && y;
        case OR -> x || y;
        case XOR -> x ^ y;
        default -> throw new IllegalStateException("compiler bug: " + op + " on booleans");
      };
    }
    if (a instanceof Float x) {
      return (float) floating(op, x, (Float) b, true);
    }
    if (a instanceof Double x) {
      return floating(op, x, (Double) b, false);
    }
    if (a instanceof Integer x) {
      return integer(op, x, ((Number) b).intValue());
    }
    return integer(op, (Long) a, ((Number) b).longValue());
  }

  private static double floating(BinaryOp op, double a, double b, boolean single) {
    return switch (op) {
      case ADD -> single ? (float) a + (float) b : a + b;
      case SUB -> single ? (float) a - (float) b : a - b;
      case MUL -> single ? (float) a * (float) b : a * b;
      case DIV -> single ? (float) a / (float) b : a / b;
      case REM -> single ? (float) a % (float) b : a % b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      default -> throw new IllegalStateException("compiler bug: " + op + " on floats");
    };
  }

  /** {@code a op b} on ints; comparisons are not for this. */
  static int integer(BinaryOp op, int a, int b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case REM -> a % b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case SHL -> a << b;
      case SHR -> a >> b;
      case USHR -> a >>> b;
      default -> throw new IllegalStateException("compiler bug: " + op + " on ints");
    };
  }

  private static long integer(BinaryOp op, long a, long b) {
    return switch (op) {
      case ADD -> a + b;
      case SUB -> a - b;
      case MUL -> a * b;
      case DIV -> a / b;
      case REM -> a % b;
      case MIN -> Math.min(a, b);
      case MAX -> Math.max(a, b);
      case AND -> a & b;
      case OR -> a | b;
      case XOR -> a ^ b;
      case SHL -> a << b;
      case SHR -> a >> b;
      case USHR -> a >>> b;
      default -> throw new IllegalStateException("compiler bug: " + op + " on longs");
    };
  }

  private static boolean compare(BinaryOp op, Object a, Object b) {
    if (a instanceof Boolean) {
      return (op == BinaryOp.EQ) == a.equals(b);
    }
    if (a instanceof Float || a instanceof Double) {
      double x = ((Number) a).doubleValue();
      double y = ((Number) b).doubleValue();
      return switch (op) {
        case LT -> x < y;
        case LE -> x <= y;
        case GT -> x > y;
        case GE -> x >= y;
        case EQ -> x == y;
        default -> x != y;
      };
    }
    int c = Long.compare(((Number) a).longValue(), ((Number) b).longValue());
    return switch (op) {
      case LT -> c < 0;
      case LE -> c <= 0;
      case GT -> c > 0;
      case GE -> c >= 0;
      case EQ -> c == 0;
      default -> c != 0;
    };
  }

  Object unary(UnaryOp op, Object a) {
    return zip(List.of(a), v -> scalarUnary(op, v.get(0)));
  }

  private static Object scalarUnary(UnaryOp op, Object a) {
    return switch (op) {
      case NEG ->
          a instanceof Float f
              ? (Object) (-f)
              : a instanceof Double d
                  ? (Object) (-d)
                  : a instanceof Integer i ? (Object) (-i) : (Object) (-(Long) a);
      case ABS ->
          a instanceof Float f
              ? (Object) Math.abs(f)
              : a instanceof Double d
                  ? (Object) Math.abs(d)
                  : a instanceof Integer i ? (Object) Math.abs(i) : (Object) Math.abs((Long) a);
      case NOT ->
          a instanceof Boolean b
              ? (Object) (!b)
              : a instanceof Integer i ? (Object) (~i) : (Object) (~(Long) a);
      case BIT_COUNT -> a instanceof Integer i ? Integer.bitCount(i) : Long.bitCount((Long) a);
    };
  }

  Object cast(Scalar to, Object a) {
    return zip(List.of(a), v -> scalarCast(to, v.get(0)));
  }

  private static Object scalarCast(Scalar to, Object a) {
    if (a instanceof Boolean b) {
      return scalarCast(to, b ? 1 : 0);
    }
    Number n = (Number) a;
    boolean floating = a instanceof Float || a instanceof Double;
    return switch (to) {
      case FLOAT -> n.floatValue();
      case DOUBLE -> n.doubleValue();
      case INT ->
          a instanceof Float f
              ? (int) (float) f
              : a instanceof Double d ? (int) (double) d : n.intValue();
      case LONG ->
          a instanceof Float f
              ? (long) (float) f
              : a instanceof Double d ? (long) (double) d : n.longValue();
      case BOOLEAN -> floating ? n.doubleValue() != 0 : n.longValue() != 0;
    };
  }

  Object select(Object condition, Expr a, Expr b, Function<Expr, Object> value) {
    if (condition instanceof Boolean c) {
      return value.apply(c ? a : b);
    }
    return zip(
        List.of(condition, value.apply(a), value.apply(b)),
        v -> (Boolean) v.get(0) ? v.get(1) : v.get(2));
  }

  Object call(Intrinsic f, List<Object> arguments) {
    if (f.movesLanes()) {
      List<Object> x = lanes(arguments.get(0));
      int first = f == Intrinsic.EVENS ? 0 : 1;
      return vector(
          IntStream.range(0, x.size()).mapToObj(i -> x.get((2 * i + first) % x.size())).toList());
    }
    return zip(
        arguments,
        v -> {
          if (f == Intrinsic.FLOAT_BITS || f == Intrinsic.FLOAT_OF_BITS) {
            return bits(v.get(0));
          }
          double x = ((Number) v.get(0)).doubleValue();
          double y = v.size() > 1 ? ((Number) v.get(1)).doubleValue() : 0;
          if (f == Intrinsic.IS_NAN) {
            return Double.isNaN(x);
          }
          if (f == Intrinsic.IS_INFINITE) {
            return Double.isInfinite(x);
          }
          if (v.get(0) instanceof Float) {
            double z = v.size() > 2 ? ((Number) v.get(2)).doubleValue() : 0;
            return f == Intrinsic.MUL_ADD
                ? (float) x * (float) y + (float) z
                : single(f, (float) x, (float) y);
          }
          if (v.get(0) instanceof Double) {
            return f == Intrinsic.MUL_ADD
                ? x * y + ((Number) v.get(2)).doubleValue()
                : real(f, x, y);
          }
          if (f == Intrinsic.FLOOR_MOD) {
            return v.get(0) instanceof Integer i
                ? (Object) Math.floorMod(i, (Integer) v.get(1))
                : (Object) Math.floorMod((Long) v.get(0), (long) (Long) v.get(1));
          }
          throw new IllegalStateException("compiler bug: " + f + " on integers");
        });
  }

  /** Bits of a float or double, or what has the bits of an int or long. */
  private static Object bits(Object x) {
    if (x instanceof Float f) {
      return Float.floatToRawIntBits(f);
    }
    if (x instanceof Double d) {
      return Double.doubleToRawLongBits(d);
    }
    return x instanceof Integer i
        ? (Object) Float.intBitsToFloat(i)
        : (Object) Double.longBitsToDouble((Long) x);
  }

  private static float single(Intrinsic f, float x, float y) {
    return switch (f) {
      case EXP -> FloatMath.exp(x);
      case LOG -> FloatMath.log(x);
      case TANH -> FloatMath.tanh(x);
      case SIGMOID -> FloatMath.sigmoid(x);
      case ERF -> FloatMath.erf(x);
      case SIN -> FloatMath.sin(x);
      case COS -> FloatMath.cos(x);
      case POW -> FloatMath.pow(x, y);
      default -> (float) real(f, x, y);
    };
  }

  private static double real(Intrinsic f, double x, double y) {
    return switch (f) {
      case EXP -> StrictMath.exp(x);
      case LOG -> StrictMath.log(x);
      case SQRT -> Math.sqrt(x);
      case TANH -> StrictMath.tanh(x);
      case SIGMOID -> DoubleMath.sigmoid(x);
      case ERF -> DoubleMath.erf(x);
      case POW -> StrictMath.pow(x, y);
      case SIN -> StrictMath.sin(x);
      case COS -> StrictMath.cos(x);
      case TAN -> StrictMath.tan(x);
      case ASIN -> StrictMath.asin(x);
      case ACOS -> StrictMath.acos(x);
      case ATAN -> StrictMath.atan(x);
      case SINH -> StrictMath.sinh(x);
      case COSH -> StrictMath.cosh(x);
      case ASINH -> DoubleMath.asinh(x);
      case ACOSH -> DoubleMath.acosh(x);
      case ATANH -> DoubleMath.atanh(x);
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND_EVEN -> Math.rint(x);
      case FLOOR_MOD -> DoubleMath.floorMod(x, y);
      default -> throw new IllegalStateException("compiler bug: " + f + " on floats");
    };
  }

  /**
   * Element {@code at} of a Java array that stores {@code dtype}, widened as {@link LoopType#of}
   * says.
   */
  static Object get(Object array, int at, DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> ((float[]) array)[at];
      case FLOAT64 -> ((double[]) array)[at];
      case FLOAT16 -> Half.fp16ToFloat(((short[]) array)[at]);
      case BFLOAT16 -> Half.bf16ToFloat(((short[]) array)[at]);
      case INT8, INT4, INT2 -> (int) ((byte[]) array)[at];
      case UINT8, UINT4, UINT2 -> ((byte[]) array)[at] & 0xFF;
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0, FLOAT4E2M1 ->
          ((byte[]) array)[at] & 0xFF;
      case INT16 -> (int) ((short[]) array)[at];
      case UINT16 -> ((short[]) array)[at] & 0xFFFF;
      case INT32 -> ((int[]) array)[at];
      case UINT32 -> ((int[]) array)[at] & 0xFFFFFFFFL;
      case INT64, UINT64 -> ((long[]) array)[at];
      case BOOL -> ((boolean[]) array)[at];
    };
  }

  /** Stores a value narrowed by wrapping; 16-bit floats round to nearest even. */
  static void put(Object array, int at, DType dtype, Object value) {
    switch (dtype) {
      case FLOAT32 -> ((float[]) array)[at] = (Float) value;
      case FLOAT64 -> ((double[]) array)[at] = (Double) value;
      case FLOAT16 -> ((short[]) array)[at] = Half.floatToFp16((Float) value);
      case BFLOAT16 -> ((short[]) array)[at] = Half.floatToBf16((Float) value);
      case INT8, UINT8, INT4, UINT4, INT2, UINT2 ->
          ((byte[]) array)[at] = ((Integer) value).byteValue();
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0, FLOAT4E2M1 ->
          ((byte[]) array)[at] = ((Integer) value).byteValue();
      case INT16, UINT16 -> ((short[]) array)[at] = ((Integer) value).shortValue();
      case INT32 -> ((int[]) array)[at] = (Integer) value;
      case UINT32 -> ((int[]) array)[at] = ((Long) value).intValue();
      case INT64, UINT64 -> ((long[]) array)[at] = (Long) value;
      case BOOL -> ((boolean[]) array)[at] = (Boolean) value;
    }
  }
}
