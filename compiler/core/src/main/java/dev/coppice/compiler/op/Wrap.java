package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;

/**
 * Narrowing of integer results to the width of their element type, as ONNX integer arithmetic
 * wraps.
 */
final class Wrap {
  private Wrap() {}

  /** {@code v} of {@code LoopType.of(dtype)} as a value of {@code dtype}. */
  static Expr to(DType dtype, Expr v) {
    return switch (dtype) {
      case INT8 -> signed(v, 24);
      case INT4 -> signed(v, 28);
      case INT2 -> signed(v, 30);
      case UINT4, FLOAT4E2M1 -> Exprs.and(v, Exprs.intLit(0xF));
      case UINT2 -> Exprs.and(v, Exprs.intLit(3));
      case INT16 -> signed(v, 16);
      case UINT8, FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 ->
          Exprs.and(v, Exprs.intLit(0xFF));
      case UINT16 -> Exprs.and(v, Exprs.intLit(0xFFFF));
      case UINT32 -> Exprs.and(v, Exprs.longLit(0xFFFFFFFFL));
      default -> v;
    };
  }

  private static Expr signed(Expr v, int bits) {
    Expr shift = Exprs.intLit(bits);
    return Exprs.binary(BinaryOp.SHR, Exprs.binary(BinaryOp.SHL, v, shift), shift);
  }
}
