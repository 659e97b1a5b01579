package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Conversion to another element type: floats to integers truncate towards zero and wrap to the
 * width, integers wrap, to booleans are true unless zero (NaN is true), to floats round to nearest
 * even, to 16-bit floats by way of float32; floats of 8 and 4 bits are made by {@link ToMiniFloat}.
 * ONNX Cast, since 6; floats beyond the integer type, which ONNX leaves undefined, are first
 * limited to 64 bits.
 *
 * @param to element type of the result
 */
public record Cast(DType to) implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    if (to.miniFloat().isPresent()) {
      throw Operands.bad("the result is %s, expected no float of 8 or 4 bits", to);
    }
    return List.of(Operands.only(inputs).with(to));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = x.type().with(to);
    if (x.isSplat() && x.dtype().isFloat() && to.isFloat()) {
      return List.of(Tensor.splat(type, floating(x, 0)));
    }
    boolean fraction = x.dtype().isFloat() || x.dtype().miniFloat().isPresent();
    if (to.isFloat()) {
      return List.of(Tensor.fromDoubles(type, i -> floating(x, i)));
    }
    return List.of(
        fraction ? Tensor.fromDoubles(type, x::doubleAt) : Tensor.fromLongs(type, x::longAt));
  }

  /** Element {@code i} as a value of the result type, up to the rounding of float32 to 16 bits. */
  private double floating(Tensor x, int i) {
    if (to == DType.FLOAT64) {
      return x.doubleAt(i);
    }
    if (x.dtype().isFloat() || x.dtype().miniFloat().isPresent()) {
      return (float) x.doubleAt(i);
    }
    return x.dtype() == DType.UINT64 ? Unsigned.toFloat(x.longAt(i)) : (float) x.longAt(i);
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    return convert(operands.get(0), types.get(0).dtype(), to);
  }

  /** {@code x}, a value of {@code from}, as a value of {@code to}. */
  static Expr convert(Expr x, DType from, DType to) {
    if (from.miniFloat().isPresent()) {
      return convert(ToMiniFloat.decode(from.miniFloat().get(), x), DType.FLOAT32, to);
    }
    LoopType target = LoopType.of(to);
    if (from == DType.UINT64 && to.isFloat()) {
      return Unsigned.toFloating(target, x);
    }
    if (from.isFloat() && to == DType.UINT64) {
      return Unsigned.fromFloating(x);
    }
    // Through long, so that values beyond int wrap as evaluation does.
    Expr whole = from.isFloat() && to.isInteger() ? Exprs.cast(LoopType.LONG, x) : x;
    return Wrap.to(to, Exprs.cast(target, whole));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
