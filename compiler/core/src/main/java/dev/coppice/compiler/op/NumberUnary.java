package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** An operator {@code y = f(x)} on numbers of any type. */
interface NumberUnary extends Pointwise {
  /** {@code f(x)} for floats. */
  double of(double x);

  /** {@code f(x)} for integers. */
  long of(long x);

  /** {@code f(x)} for an expression of any numeric type. */
  Expr of(Expr x);

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    Elementwise.require(inputs.get(0).dtype() != DType.BOOL, inputs.get(0), "a numeric type");
    return List.of(inputs.get(0));
  }

  @Override
  default List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(
        x.dtype().isFloat()
            ? Tensor.fromDoubles(x.type(), i -> of(x.doubleAt(i)))
            : Tensor.fromLongs(x.type(), i -> of(x.longAt(i))));
  }

  @Override
  default Expr apply(List<Expr> operands, List<TensorType> types) {
    return Wrap.to(types.get(0).dtype(), of(operands.get(0)));
  }

  @Override
  default Numerics numerics() {
    return Numerics.EXACT;
  }
}
