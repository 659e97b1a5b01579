package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = x < 0 ? slope * x : x} for floats x and a finite slope that broadcasts to the shape of
 * x. ONNX PRelu, since 7.
 */
public record PRelu() implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Elementwise.require(inputs.get(0).dtype().isFloat(), inputs.get(0), "a float type");
    Shape shape = Elementwise.pair(inputs);
    if (!shape.equals(inputs.get(0).shape())) {
      throw new IllegalArgumentException(
          "slope is " + inputs.get(1) + "; expected to broadcast to x, which is " + inputs.get(0));
    }
    return List.of(inputs.get(0));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor slope = inputs.get(1);
    return List.of(
        Tensor.fromDoubles(
            x.type(),
            i -> {
              double v = x.doubleAt(i);
              int at = Elementwise.source(slope.shape(), x.shape(), i);
              return v < 0 ? v * slope.doubleAt(at) : v;
            }));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr x = operands.get(0);
    Expr zero = Exprs.literal(x.type(), 0);
    Expr below = Exprs.mul(Exprs.min(x, zero), operands.get(1));
    return Exprs.add(Exprs.max(x, zero), below);
  }
}
