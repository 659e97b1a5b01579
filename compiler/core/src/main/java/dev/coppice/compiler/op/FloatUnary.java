package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * An operator {@code y = f(x)} on floats, given once for evaluation in double and once for kernels.
 */
interface FloatUnary extends Pointwise {
  /** {@code f(x)}. */
  double of(double x);

  /** {@code f(x)} for a float or double expression. */
  Expr of(Expr x);

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    Elementwise.require(inputs.get(0).dtype().isFloat(), inputs.get(0), "a float type");
    return List.of(inputs.get(0));
  }

  @Override
  default List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(Tensor.fromDoubles(x.type(), i -> of(x.doubleAt(i))));
  }

  @Override
  default Expr apply(List<Expr> operands, List<TensorType> types) {
    return of(operands.get(0));
  }
}
