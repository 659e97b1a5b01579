package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** An operator on the bits of two broadcast operands of one integer type. */
interface Bitwise extends Pointwise {
  /** The result. */
  long of(long a, long b);

  /** The operator in kernels. */
  BinaryOp operator();

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    Shape shape = Elementwise.pair(inputs);
    Elementwise.require(inputs.get(0).dtype().isInteger(), inputs.get(0), "an integer type");
    return List.of(inputs.get(0).with(shape));
  }

  @Override
  default List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    TensorType type = a.type().with(Shape.broadcast(a.shape(), b.shape()));
    return List.of(Elementwise.longs(type, a, b, this::of));
  }

  @Override
  default Expr apply(List<Expr> operands, List<TensorType> types) {
    return Exprs.binary(operator(), operands.get(0), operands.get(1));
  }

  @Override
  default Numerics numerics() {
    return Numerics.EXACT;
  }
}
