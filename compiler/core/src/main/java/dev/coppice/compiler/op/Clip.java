package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = min(max(x, min), max)}, elementwise on numbers. ONNX Clip, since 6, with constant
 * bounds; an absent bound is infinite.
 *
 * @param min lower bound
 * @param max upper bound; wins where the bounds cross
 */
public record Clip(double min, double max) implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Elementwise.require(inputs.get(0).dtype() != DType.BOOL, inputs.get(0), "a numeric type");
    return List.of(inputs.get(0));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(
        x.dtype().isFloat()
            ? Tensor.fromDoubles(x.type(), i -> Math.min(Math.max(x.doubleAt(i), min), max))
            : Tensor.fromLongs(
                x.type(), i -> Math.min(Math.max(x.longAt(i), (long) min), (long) max)));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr x = operands.get(0);
    if (min != Double.NEGATIVE_INFINITY) {
      x = Exprs.max(x, Exprs.literal(x.type(), min));
    }
    if (max != Double.POSITIVE_INFINITY) {
      x = Exprs.min(x, Exprs.literal(x.type(), max));
    }
    return x;
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
