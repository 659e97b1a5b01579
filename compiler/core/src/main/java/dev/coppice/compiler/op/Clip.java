package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = min(max(x, min), max)}, elementwise on numbers; NaN stays. ONNX Clip, since 6, with
 * constant bounds, which are values of the element type; an absent bound is infinite.
 *
 * @param min lower bound
 * @param max upper bound; wins where the bounds cross
 */
public record Clip(double min, double max) implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(Elementwise.numbers(inputs));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    if (min != Double.NEGATIVE_INFINITY) {
      x = new Max().evaluate(List.of(x, bound(x.dtype(), min))).get(0);
    }
    if (max != Double.POSITIVE_INFINITY) {
      x = new Min().evaluate(List.of(x, bound(x.dtype(), max))).get(0);
    }
    return List.of(x);
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    DType dtype = types.get(0).dtype();
    Expr x = operands.get(0);
    if (min != Double.NEGATIVE_INFINITY) {
      x = new Max().of(x, Exprs.literal(bound(dtype, min), 0), dtype);
    }
    if (max != Double.POSITIVE_INFINITY) {
      x = new Min().of(x, Exprs.literal(bound(dtype, max), 0), dtype);
    }
    return x;
  }

  private static Tensor bound(DType dtype, double value) {
    return Tensor.splat(new TensorType(dtype, Shape.SCALAR), value);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
