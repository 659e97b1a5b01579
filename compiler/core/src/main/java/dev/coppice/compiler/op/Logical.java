package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** An operator on two broadcast boolean operands. */
interface Logical extends Pointwise {
  /** The result. */
  boolean of(boolean a, boolean b);

  /** The operator in kernels. */
  BinaryOp operator();

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    Shape shape = Elementwise.pair(inputs);
    Elementwise.require(inputs.get(0).dtype() == DType.BOOL, inputs.get(0), "bool");
    return List.of(inputs.get(0).with(shape));
  }

  @Override
  default List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    TensorType type = a.type().with(Shape.broadcast(a.shape(), b.shape()));
    return List.of(Elementwise.longs(type, a, b, (x, y) -> of(x != 0, y != 0) ? 1 : 0));
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
