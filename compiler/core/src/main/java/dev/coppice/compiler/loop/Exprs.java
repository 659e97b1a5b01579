package dev.coppice.compiler.loop;

import dev.coppice.compiler.loop.Expr.Binary;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Expr.Literal;
import dev.coppice.compiler.loop.LoopType.Scalar;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/**
 * Builds expressions; integer arithmetic on constants is done at once, so that index expressions
 * read well.
 */
public final class Exprs {
  private Exprs() {}

  public static Expr intLit(int v) {
    return new Literal(LoopType.INT, v);
  }

  public static Expr longLit(long v) {
    return new Literal(LoopType.LONG, v);
  }

  public static Expr floatLit(float v) {
    return new Literal(LoopType.FLOAT, Float.floatToRawIntBits(v));
  }

  public static Expr doubleLit(double v) {
    return new Literal(LoopType.DOUBLE, Double.doubleToRawLongBits(v));
  }

  public static Expr boolLit(boolean v) {
    return new Literal(LoopType.BOOLEAN, v ? 1 : 0);
  }

  /**
   * A literal of {@code type} (broadcast if a vector) with the value {@code v}, converted as Java
   * casts do.
   */
  public static Expr literal(LoopType type, double v) {
    Expr one =
        switch (type.scalar()) {
          case FLOAT -> floatLit((float) v);
          case DOUBLE -> doubleLit(v);
          case INT -> intLit((int) v);
          case LONG -> longLit((long) v);
          case BOOLEAN -> boolLit(v != 0);
        };
    return type.isVector() ? broadcast(one, type.lanes()) : one;
  }

  /** Element {@code i} of {@code data} as a literal of the type that loads of its dtype have. */
  public static Expr literal(Tensor data, int i) {
    LoopType type = LoopType.of(data.dtype());
    return switch (type.scalar()) {
      case INT -> intLit((int) data.longAt(i));
      case LONG -> longLit(data.longAt(i));
      default -> literal(type, data.doubleAt(i));
    };
  }

  public static Expr ref(Var v) {
    return new Expr.Ref(v);
  }

  public static Expr load(Array array, Expr index) {
    return new Expr.Load(array, index, 1);
  }

  /** Loads {@code lanes} consecutive elements. */
  public static Expr loadVector(Array array, Expr index, int lanes) {
    return new Expr.Load(array, index, lanes);
  }

  /**
   * Loads as many consecutive elements as a register holds floats. Of bytes, 8 must be there where
   * it holds fewer.
   */
  public static Expr loadRegister(Array array, Expr index) {
    return new Expr.Load(array, index, LoopType.REGISTER);
  }

  /** How many elements {@link #loadRegister} loads. */
  public static Expr lanes() {
    return new Expr.Lanes();
  }

  public static Array row(Buffer planar, Expr row) {
    return new Row(planar, row);
  }

  public static Expr binary(BinaryOp op, Expr a, Expr b) {
    if (a instanceof Literal x
        && b instanceof Literal y
        && a.type().equals(LoopType.INT)
        && b.type().equals(LoopType.INT)
        && !op.isComparison()
        && !((op == BinaryOp.DIV || op == BinaryOp.REM) && y.bits() == 0)) {
      return intLit(LoopValues.integer(op, (int) x.bits(), (int) y.bits()));
    }
    return new Binary(op, a, b);
  }

  private static boolean isInt(Expr e, int v) {
    return e instanceof Literal l && l.type().scalar() == Scalar.INT && l.bits() == v;
  }

  public static Expr add(Expr a, Expr b) {
    return isInt(a, 0) ? b : isInt(b, 0) ? a : binary(BinaryOp.ADD, a, b);
  }

  public static Expr add(Expr a, int b) {
    return b < 0 ? sub(a, intLit(-b)) : add(a, intLit(b));
  }

  public static Expr sub(Expr a, Expr b) {
    return isInt(b, 0) ? a : binary(BinaryOp.SUB, a, b);
  }

  public static Expr mul(Expr a, Expr b) {
    if (isInt(a, 0) || isInt(b, 0)) {
      return intLit(0);
    }
    return isInt(a, 1) ? b : isInt(b, 1) ? a : binary(BinaryOp.MUL, a, b);
  }

  public static Expr mul(Expr a, int b) {
    return mul(a, intLit(b));
  }

  public static Expr div(Expr a, Expr b) {
    return isInt(b, 1) ? a : binary(BinaryOp.DIV, a, b);
  }

  public static Expr rem(Expr a, Expr b) {
    return isInt(b, 1) ? intLit(0) : binary(BinaryOp.REM, a, b);
  }

  public static Expr min(Expr a, Expr b) {
    return binary(BinaryOp.MIN, a, b);
  }

  public static Expr max(Expr a, Expr b) {
    return binary(BinaryOp.MAX, a, b);
  }

  public static Expr lt(Expr a, Expr b) {
    return binary(BinaryOp.LT, a, b);
  }

  public static Expr le(Expr a, Expr b) {
    return binary(BinaryOp.LE, a, b);
  }

  public static Expr gt(Expr a, Expr b) {
    return binary(BinaryOp.GT, a, b);
  }

  public static Expr ge(Expr a, Expr b) {
    return binary(BinaryOp.GE, a, b);
  }

  public static Expr eq(Expr a, Expr b) {
    return binary(BinaryOp.EQ, a, b);
  }

  public static Expr and(Expr a, Expr b) {
    return binary(BinaryOp.AND, a, b);
  }

  public static Expr or(Expr a, Expr b) {
    return binary(BinaryOp.OR, a, b);
  }

  public static Expr neg(Expr a) {
    return new Expr.Unary(Expr.UnaryOp.NEG, a);
  }

  public static Expr abs(Expr a) {
    return new Expr.Unary(Expr.UnaryOp.ABS, a);
  }

  public static Expr not(Expr a) {
    return new Expr.Unary(Expr.UnaryOp.NOT, a);
  }

  /** {@code a} converted to {@code type}; {@code a} itself if it has that type. */
  public static Expr cast(LoopType type, Expr a) {
    return a.type().equals(type) ? a : new Expr.Cast(type, a);
  }

  public static Expr select(Expr condition, Expr a, Expr b) {
    return new Expr.Select(condition, a, b);
  }

  public static Expr call(Intrinsic function, Expr... arguments) {
    return new Expr.Call(function, List.of(arguments));
  }

  public static Expr broadcast(Expr a, int lanes) {
    return new Expr.Broadcast(a, lanes);
  }

  public static Expr reduce(BinaryOp op, Expr a) {
    return new Expr.Reduce(op, a);
  }
}
