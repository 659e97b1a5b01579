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
    return List.of(new TensorType(DType.BOOL, Elementwise.sameTypes(inputs)));
  }

  @Override
  default List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    Shape shape = Shape.broadcast(a.shape(), b.shape());
    // Flipping the sign bit makes the signed comparison of 64-bit values unsigned.
    long flip = a.dtype() == DType.UINT64 ? Long.MIN_VALUE : 0;
    return List.of(
        Tensor.fromLongs(
            new TensorType(DType.BOOL, shape),
            i -> {
              int at = Elementwise.source(a.shape(), shape, i);
              int bt = Elementwise.source(b.shape(), shape, i);
              boolean holds =
                  a.dtype().isFloat()
                      ? of(a.doubleAt(at), b.doubleAt(bt))
                      : of(a.longAt(at) ^ flip, b.longAt(bt) ^ flip);
              return holds ? 1 : 0;
            }));
  }

  @Override
  default Expr apply(List<Expr> operands, List<TensorType> types) {
    if (types.get(0).dtype() != DType.UINT64) {
      return Exprs.binary(operator(), operands.get(0), operands.get(1));
    }
    Expr flip = Exprs.longLit(Long.MIN_VALUE);
    return Exprs.binary(
        operator(),
        Exprs.binary(BinaryOp.XOR, operands.get(0), flip),
        Exprs.binary(BinaryOp.XOR, operands.get(1), flip));
  }

  @Override
  default Numerics numerics() {
    return Numerics.EXACT;
  }
}
