package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Expr.UnaryOp;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expressions of floats as the same on whole registers. */
public final class RegisterForm {
  private RegisterForm() {}

  /** What expressions are on registers. */
  public interface Known {
    /** The register for {@code e}, or null if that follows from its parts or there is none. */
    @Nullable Expr of(Expr e);
  }

  /**
   * {@code e}, a scalar float, on registers: operator by operator from what is {@code known}; null
   * if a part is neither known nor an operation on registers.
   */
  public static @Nullable Expr of(Expr e, Known known) {
    Expr own = known.of(e);
    if (own != null || !e.type().equals(LoopType.FLOAT)) {
      return own;
    }
    if (e instanceof Expr.Binary b && isArithmetic(b.op())) {
      Expr x = of(b.a(), known);
      Expr y = of(b.b(), known);
      return x == null || y == null ? null : Exprs.binary(b.op(), x, y);
    }
    if (e instanceof Expr.Unary u && (u.op() == UnaryOp.NEG || u.op() == UnaryOp.ABS)) {
      Expr x = of(u.a(), known);
      return x == null ? null : new Expr.Unary(u.op(), x);
    }
    if (e instanceof Expr.Select s) {
      return selection(s, known);
    }
    return e instanceof Expr.Call c ? call(c, known) : null;
  }

  private static @Nullable Expr selection(Expr.Select s, Known known) {
    if (!(s.condition() instanceof Expr.Binary c) || !c.op().isComparison()) {
      return null;
    }
    Expr x = of(c.a(), known);
    Expr y = of(c.b(), known);
    Expr then = of(s.a(), known);
    Expr otherwise = of(s.b(), known);
    return x == null || y == null || then == null || otherwise == null
        ? null
        : Exprs.select(Exprs.binary(c.op(), x, y), then, otherwise);
  }

  private static @Nullable Expr call(Expr.Call c, Known known) {
    boolean simple = c.function() == Intrinsic.MUL_ADD || c.function() == Intrinsic.SQRT;
    if (!simple && !RegisterFunctions.has(c.function())) {
      return null;
    }
    List<Expr> arguments = new ArrayList<>();
    for (Expr a : c.arguments()) {
      Expr argument = of(a, known);
      if (argument == null) {
        return null;
      }
      arguments.add(argument);
    }
    return new Expr.Call(c.function(), arguments);
  }

  private static boolean isArithmetic(BinaryOp op) {
    return switch (op) {
      case ADD, SUB, MUL, DIV, MIN, MAX -> true;
      default -> false;
    };
  }
}
