package dev.coppice.compiler.emit.portable;

import dev.coppice.compiler.emit.java.RuntimeTypes;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;

/**
 * Renders expressions that fill a register as calls of the Vector API. The class around has the
 * constants {@link #SPECIES} and {@link #LANES}.
 */
public final class RegisterRenderer {
  /** The constant with the shape of a register. */
  public static final String SPECIES = "SPECIES";

  /** The constant with the number of its lanes. */
  public static final String LANES = "LANES";

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
      String place = scalar.array(l.array()) + ", " + scalar.index(l.array(), l.index());
      return RuntimeTypes.FLOAT_VECTOR + ".fromArray(" + SPECIES + ", " + place + ")";
    }
    if (e instanceof Expr.Broadcast b) {
      return RuntimeTypes.FLOAT_VECTOR + ".broadcast(" + SPECIES + ", " + scalar.text(b.a()) + ")";
    }
    if (e instanceof Expr.Binary b) {
      return text(b.a()) + "." + method(b.op()) + "(" + text(b.b()) + ")";
    }
    if (e instanceof Expr.Select s && s.condition() instanceof Expr.Binary c) {
      return text(s.b()) + ".blend(" + text(s.a()) + ", " + comparison(c) + ")";
    }
    if (e instanceof Expr.Call c && c.function() == Intrinsic.MUL_ADD) {
      return text(c.arguments().get(0))
          + ".fma("
          + text(c.arguments().get(1))
          + ", "
          + text(c.arguments().get(2))
          + ")";
    }
    throw new IllegalStateException("compiler bug: no register operation for " + e);
  }

  private String comparison(Expr.Binary c) {
    String op =
        switch (c.op()) {
          case LT, LE, GT, GE, EQ, NE -> c.op().name();
          default ->
              throw new IllegalStateException("compiler bug: no register comparison " + c.op());
        };
    return text(c.a())
        + ".compare("
        + RuntimeTypes.VECTOR_OPERATORS
        + "."
        + op
        + ", "
        + text(c.b())
        + ")";
  }

  private static String method(Expr.BinaryOp op) {
    return switch (op) {
      case ADD -> "add";
      case SUB -> "sub";
      case MUL -> "mul";
      case DIV -> "div";
      case MIN -> "min";
      case MAX -> "max";
      default -> throw new IllegalStateException("compiler bug: no register operation for " + op);
    };
  }
}
