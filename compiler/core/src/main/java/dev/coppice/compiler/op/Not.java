package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** {@code y = !x}, elementwise on booleans. ONNX Not, since 1. */
public record Not() implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType type = Operands.only(inputs);
    Elementwise.require(type.dtype() == DType.BOOL, type, "bool");
    return List.of(type);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(Tensor.fromLongs(x.type(), i -> 1 - x.longAt(i)));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    return Exprs.not(operands.get(0));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
