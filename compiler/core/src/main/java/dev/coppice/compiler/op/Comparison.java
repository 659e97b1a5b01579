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

/** An operator on two broadcast operands of one type, with a boolean result. */
interface Comparison extends Pointwise {
  /** The result for floats. */
  boolean of(double a, double b);

  /** The result for integers and, as 0 and 1, booleans. */
  boolean of(long a, long b);

  /** The comparison in kernels. */
  BinaryOp operator();

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    Shape shape = Elementwise.pair(inputs);
    Elementwise.require(
        (operator() == BinaryOp.EQ || inputs.get(0).dtype() != DType.BOOL)
            && !inputs.get(0).dtype().isStoredOnly(),
        inputs.get(0),
        "a numeric type");
    return List.of(new TensorType(DType.BOOL, shape));
  }

  @Override
  default List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    TensorType type = new TensorType(DType.BOOL, Shape.broadcast(a.shape(), b.shape()));
    if (a.dtype().isFloat()) {
      return List.of(Elementwise.doubles(type, a, b, (x, y) -> of(x, y) ? 1 : 0));
    }
    // Flipping the sign bit makes the signed comparison of 64-bit values unsigned.
    long flip = a.dtype() == DType.UINT64 ? Long.MIN_VALUE : 0;
    return List.of(Elementwise.longs(type, a, b, (x, y) -> of(x ^ flip, y ^ flip) ? 1 : 0));
  }

  @Override
  default Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr a = operands.get(0);
    Expr b = operands.get(1);
    return types.get(0).dtype() == DType.UINT64
        ? Exprs.binary(operator(), Unsigned.flip(a), Unsigned.flip(b))
        : Exprs.binary(operator(), a, b);
  }

  @Override
  default Numerics numerics() {
    return Numerics.EXACT;
  }
}
