package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.emit.java.RuntimeTypes;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopType;
import java.util.List;

/**
 * Renders expressions that fill a register as calls of the Vector API. The class around has the
 * constants {@link #SPECIES} and {@link #LANES}, and where registers are loaded from integers
 * {@link #INTS} and the species of those.
 */
public final class RegisterRenderer {
  /** The constant with the shape of a register. */
  public static final String SPECIES = "SPECIES";

  /** The constant with the number of its lanes. */
  public static final String LANES = "LANES";

  /** The constant with the shape of a register of ints. */
  public static final String INTS = "INTS";

  /** The constant with the order of lanes of {@link dev.coppice.compiler.loop.Intrinsic#EVENS}. */
  public static final String EVENS = "EVENS";

  /** The constant with the order of lanes of {@link dev.coppice.compiler.loop.Intrinsic#ODDS}. */
  public static final String ODDS = "ODDS";

  /** The constant with the shape of the bytes that a register of ints is made of. */
  public static final String BYTES = "BYTES";

  /** The constant with the shape of the 16-bit integers that a register of ints is made of. */
  public static final String SHORTS = "SHORTS";

  private final MethodNames names;
  private final ExprRenderer scalar;

  RegisterRenderer(MethodNames names, ExprRenderer scalar) {
    this.names = names;
    this.scalar = scalar;
  }

  /** The text of {@code e}. */
  String text(Expr e) {
    if (e instanceof Expr.Ref r) {
      return names.variable(r.var(), 0);
    }
    if (e instanceof Expr.Load l) {
      return load(l);
    }
    if (e instanceof Expr.Cast c) {
      return cast(
          RuntimeTypes.FLOAT_VECTOR,
          text(c.a()) + ".convert(" + RuntimeTypes.VECTOR_OPERATORS + ".I2F, 0)");
    }
    if (e instanceof Expr.Broadcast b) {
      return RuntimeTypes.FLOAT_VECTOR + ".broadcast(" + SPECIES + ", " + scalar.text(b.a()) + ")";
    }
    if (e instanceof Expr.Binary b) {
      return text(b.a()) + "." + method(b.op()) + argument(b.b()) + ")";
    }
    if (e instanceof Expr.Unary u) {
      return text(u.a()) + "." + method(u.op()) + "()";
    }
    if (e instanceof Expr.Select s && s.condition() instanceof Expr.Binary c) {
      String mask = text(c.a()) + ".compare(" + comparison(c.op()) + ", " + text(c.b()) + ")";
      return text(s.b()) + ".blend(" + text(s.a()) + ", " + mask + ")";
    }
    if (e instanceof Expr.Call c) {
      return call(c);
    }
    throw new IllegalStateException("compiler bug: no register operation for " + e);
  }

  private String load(Expr.Load l) {
    String place = ", " + scalar.array(l.array()) + ", " + scalar.index(l.array(), l.index()) + ")";
    return switch (l.array().dtype()) {
      case INT8 -> widened(RuntimeTypes.BYTE_VECTOR + ".fromArray(" + BYTES + place, "B2I");
      case INT16 -> widened(RuntimeTypes.SHORT_VECTOR + ".fromArray(" + SHORTS + place, "S2I");
      default -> RuntimeTypes.FLOAT_VECTOR + ".fromArray(" + SPECIES + place;
    };
  }

  private static String widened(String vector, String conversion) {
    String how = RuntimeTypes.VECTOR_OPERATORS + "." + conversion + ", " + INTS + ", 0";
    return cast(RuntimeTypes.INT_VECTOR, vector + ".convertShape(" + how + ")");
  }

  /** A conversion as the class of its result, which its method does not declare. */
  private static String cast(String vector, String conversion) {
    return "((" + vector + ") " + conversion + ")";
  }

  /** All lanes combined. */
  String reduced(Expr.Reduce e) {
    return text(e.a()) + ".reduceLanes(" + RuntimeTypes.VECTOR_OPERATORS + "." + e.op() + ")";
  }

  /**
   * An integer that all lanes share is passed as such; there are no variables of such registers.
   */
  private String argument(Expr e) {
    boolean integer = e.type().scalar() == LoopType.Scalar.INT;
    if (integer && e instanceof Expr.Broadcast b) {
      return scalar.text(b.a());
    }
    return e.type().isRegister() ? text(e) : scalar.text(e);
  }

  private String call(Expr.Call c) {
    List<String> arguments = c.arguments().stream().map(this::text).toList();
    return switch (c.function()) {
      case MUL_ADD -> arguments.get(0) + ".fma(" + arguments.get(1) + ", " + arguments.get(2) + ")";
      case EVENS -> arguments.get(0) + ".rearrange(" + EVENS + ")";
      case ODDS -> arguments.get(0) + ".rearrange(" + ODDS + ")";
      case SQRT -> arguments.get(0) + ".sqrt()";
      case FLOAT_BITS -> arguments.get(0) + ".reinterpretAsInts()";
      case FLOAT_OF_BITS -> arguments.get(0) + ".reinterpretAsFloats()";
      default -> throw new IllegalStateException("compiler bug: no register operation for " + c);
    };
  }

  private static String method(Expr.UnaryOp op) {
    return switch (op) {
      case NEG -> "neg";
      case ABS -> "abs";
      default -> throw new IllegalStateException("compiler bug: no register operation for " + op);
    };
  }

  /** The method and its bracket, with the operator where there is no method for it. */
  private static String method(Expr.BinaryOp op) {
    return switch (op) {
      case ADD -> "add(";
      case SUB -> "sub(";
      case MUL -> "mul(";
      case DIV -> "div(";
      case MIN -> "min(";
      case MAX -> "max(";
      case AND -> "and(";
      case OR -> "or(";
      case SHL -> "lanewise(" + RuntimeTypes.VECTOR_OPERATORS + ".LSHL, ";
      default -> throw new IllegalStateException("compiler bug: no register operation for " + op);
    };
  }

  private static String comparison(Expr.BinaryOp op) {
    return RuntimeTypes.VECTOR_OPERATORS + "." + op.name();
  }
}
