package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopTree;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.RegisterForm;
import dev.coppice.compiler.loop.SharedRegisters;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The value that an epilogue stores, of a scalar, as the same on registers.
 *
 * @param leaf the register for a variable or a load; null for anything else
 * @param shared where constants go
 * @param body where a register that is read twice becomes a variable
 */
record EpilogueRegisters(
    Function<Expr, @Nullable Expr> leaf, SharedRegisters shared, List<Stmt> body) {
  /** {@code e} on registers; null if there is no such thing. */
  @Nullable Expr of(Expr e) {
    boolean[] arithmetic = {true};
    LoopTree.walk(e, x -> arithmetic[0] &= isArithmetic(x));
    return arithmetic[0] ? RegisterForm.of(e, this::known) : null;
  }

  private @Nullable Expr known(Expr e) {
    if (e instanceof Expr.Literal l && l.type().equals(LoopType.FLOAT)) {
      return shared.of(Exprs.broadcast(l, LoopType.REGISTER));
    }
    if (e instanceof Expr.Binary b && isLimit(b.op())) {
      return isNumber(b.b())
          ? limited(b.op(), b.a(), b.b())
          : isNumber(b.a()) ? limited(b.op(), b.b(), b.a()) : null;
    }
    return leaf.apply(e);
  }

  /**
   * The minimum or maximum of {@code x} and a number. The processor has none with Java's rules, and
   * what has them is seven instructions; a comparison decides the same.
   */
  private @Nullable Expr limited(Expr.BinaryOp op, Expr x, Expr limit) {
    Expr value = RegisterForm.of(x, this::known);
    Expr number = RegisterForm.of(limit, this::known);
    if (value == null || number == null) {
      return null;
    }
    Expr read = variable(value);
    Expr.BinaryOp beyond = op == Expr.BinaryOp.MAX ? Expr.BinaryOp.LE : Expr.BinaryOp.GE;
    return Exprs.select(Exprs.binary(beyond, read, number), number, read);
  }

  private Expr variable(Expr value) {
    if (value instanceof Expr.Ref) {
      return value;
    }
    Var v = new Var("value" + body.size(), value.type());
    body.add(Stmts.local(v, value));
    return Exprs.ref(v);
  }

  private static boolean isLimit(Expr.BinaryOp op) {
    return op == Expr.BinaryOp.MIN || op == Expr.BinaryOp.MAX;
  }

  /** Whether {@code e} is a literal that is a number, and not the zero that equals another. */
  private static boolean isNumber(Expr e) {
    return e instanceof Expr.Literal l
        && l.type().equals(LoopType.FLOAT)
        && !Double.isNaN(l.floating())
        && (int) l.bits() != Float.floatToRawIntBits(-0f);
  }

  /** Whether {@code e} takes few operations, which are written for every register of a tile. */
  private static boolean isArithmetic(Expr e) {
    return !(e instanceof Expr.Select)
        && !(e instanceof Expr.Call c && c.function() != Intrinsic.MUL_ADD);
  }
}
