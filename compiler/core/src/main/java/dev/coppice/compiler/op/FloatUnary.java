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
    return List.of(Elementwise.floats(inputs));
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
