package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** Whether x is NaN, elementwise on floats; the result is boolean. ONNX IsNaN, since 9. */
public record IsNaN() implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(Elementwise.floats(inputs).with(DType.BOOL));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(
        Tensor.fromLongs(x.type().with(DType.BOOL), i -> Double.isNaN(x.doubleAt(i)) ? 1 : 0));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    return Exprs.call(Intrinsic.IS_NAN, operands.get(0));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
