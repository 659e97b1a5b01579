package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;

/**
 * Arithmetic of uint64 values, which kernels hold as the bits of a long; the smaller unsigned types
 * fit the signed type that holds them.
 */
final class Unsigned {
  private static final double TWO_63 = 0x1p63;

  private Unsigned() {}

  /** {@code x} with its sign bit flipped, so that a signed comparison compares as unsigned. */
  static Expr flip(Expr x) {
    return Exprs.binary(BinaryOp.XOR, x, Exprs.longLit(Long.MIN_VALUE));
  }

  /**
   * {@code x}, a value of {@code dtype}, as one that signed comparisons order as the type does;
   * {@code x} again if applied twice.
   */
  static Expr ordered(DType dtype, Expr x) {
    return dtype == DType.UINT64 ? flip(x) : x;
  }

  /** As {@link #ordered(DType, Expr)}, of a tensor's element. */
  static long ordered(Tensor x, int i) {
    return x.dtype() == DType.UINT64 ? x.longAt(i) ^ Long.MIN_VALUE : x.longAt(i);
  }

  /** {@code a < b}. */
  static Expr below(Expr a, Expr b) {
    return Exprs.lt(flip(a), flip(b));
  }

  /** {@code a / b} for b other than 0, as {@link Long#divideUnsigned}. */
  static Expr divide(Expr a, Expr b) {
    Expr half = Exprs.binary(BinaryOp.USHR, a, Exprs.intLit(1));
    Expr close = Exprs.binary(BinaryOp.SHL, Exprs.binary(BinaryOp.DIV, half, b), Exprs.intLit(1));
    Expr rest = Exprs.binary(BinaryOp.SUB, a, Exprs.binary(BinaryOp.MUL, close, b));
    Expr step = Exprs.select(below(rest, b), Exprs.longLit(0), Exprs.longLit(1));
    Expr quotient = Exprs.binary(BinaryOp.ADD, close, step);
    Expr large = Exprs.select(below(a, b), Exprs.longLit(0), Exprs.longLit(1));
    return Exprs.select(Exprs.lt(b, Exprs.longLit(0)), large, quotient);
  }

  /** The float or double nearest to {@code x}; the lowest bit is kept sticky when halving. */
  static Expr toFloating(LoopType type, Expr x) {
    Expr half =
        Exprs.or(Exprs.binary(BinaryOp.USHR, x, Exprs.intLit(1)), Exprs.and(x, Exprs.longLit(1)));
    return Exprs.select(
        Exprs.lt(x, Exprs.longLit(0)),
        Exprs.mul(Exprs.cast(type, half), Exprs.literal(type, 2)),
        Exprs.cast(type, x));
  }

  /** The float nearest to {@code x}, in one rounding. */
  static float toFloat(long x) {
    return x >= 0 ? x : (float) ((x >>> 1) | (x & 1)) * 2;
  }

  /** {@code x} truncated towards zero; what does not fit is as a conversion to long gives it. */
  static Expr fromFloating(Expr x) {
    Expr offset = Exprs.literal(x.type(), TWO_63);
    return Exprs.select(
        Exprs.ge(x, offset),
        flip(Exprs.cast(LoopType.LONG, Exprs.sub(x, offset))),
        Exprs.cast(LoopType.LONG, x));
  }
}
