package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * The bits of each element as those of another type of the same width. All types but float16 and
 * bfloat16, of which kernels see values only. ONNX BitCast, since 26.
 *
 * @param to element type of the result
 */
public record BitCast(DType to) implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    if (x.dtype().bits() != to.bits() || isOpaque(x.dtype()) || isOpaque(to)) {
      throw Operands.bad(
          "operand 0 is %s, expected elements as wide as %s, neither of f16 nor bf16", x, to);
    }
    return List.of(x.with(to));
  }

  /** Whether kernels do not see the bits of a type. */
  private static boolean isOpaque(DType dtype) {
    return dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = x.type().with(to);
    return List.of(
        switch (x.dtype()) {
          case FLOAT32 -> ofBits(type, i -> Float.floatToRawIntBits(x.floatAt(i)));
          case FLOAT64 -> ofBits(type, i -> Double.doubleToRawLongBits(x.doubleAt(i)));
          default -> ofBits(type, x::longAt);
        });
  }

  private static Tensor ofBits(TensorType type, IntToLongFunction bits) {
    return switch (type.dtype()) {
      case FLOAT32 ->
          Tensor.fromDoubles(type, i -> Float.intBitsToFloat((int) bits.applyAsLong(i)));
      case FLOAT64 -> Tensor.fromDoubles(type, i -> Double.longBitsToDouble(bits.applyAsLong(i)));
      default -> Tensor.fromLongs(type, bits);
    };
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    DType from = types.get(0).dtype();
    if (from == to) {
      return operands.get(0);
    }
    DType whole = from.bits() == 64 ? DType.INT64 : DType.INT32;
    Expr x = operands.get(0);
    Expr bits = from.isFloat() ? Exprs.call(Intrinsic.FLOAT_BITS, x) : x;
    if (to.isFloat()) {
      return Exprs.call(Intrinsic.FLOAT_OF_BITS, Exprs.cast(LoopType.of(whole), bits));
    }
    return Wrap.to(to, Exprs.cast(LoopType.of(to), bits));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
