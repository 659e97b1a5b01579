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
 * width, to booleans are true unless zero, between floats round to nearest even. ONNX Cast, since
 * 6; out-of-range conversions, which ONNX leaves undefined, are those of Java.
 *
 * @param to element type of the result
 */
public record Cast(DType to) implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(inputs.get(0).with(to));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = x.type().with(to);
    if (x.isSplat() && x.dtype().isFloat() && to.isFloat()) {
      return List.of(Tensor.splat(type, x.doubleAt(0)));
    }
    return List.of(
        x.dtype().isFloat() || to.isFloat()
            ? Tensor.fromDoubles(type, i -> x.doubleAt(i))
            : Tensor.fromLongs(type, i -> x.longAt(i)));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr x = operands.get(0);
    LoopType target = LoopType.of(to);
    if (x.type().isFloating() && to.isInteger()) {
      // Through long, so that values beyond int wrap as evaluation does.
      x = Exprs.cast(LoopType.LONG, x);
    }
    return Wrap.to(to, Exprs.cast(target, x));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
