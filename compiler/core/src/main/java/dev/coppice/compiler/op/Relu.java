package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** {@code y = max(x, 0)}, elementwise on numbers. ONNX Relu, since 1. */
public record Relu() implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(inputs.get(0));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(Tensor.fromDoubles(x.type(), i -> Math.max(x.doubleAt(i), 0)));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr x = operands.get(0);
    return Exprs.max(x, Exprs.literal(x.type(), 0));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
