package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** An operator on two broadcast operands of one numeric type, with a result of that type. */
interface Arithmetic extends Pointwise {
  /** The result for floats. */
  double of(double a, double b);

  /** The result for integers, before wrapping. */
  long of(long a, long b);

  /** The result for the bits of uint64 values. */
  default long ofUnsigned(long a, long b) {
    return of(a, b);
  }

  /** The result for expressions of {@code LoopType.of(dtype)}, before wrapping. */
  Expr of(Expr a, Expr b, DType dtype);

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    Shape shape = Elementwise.pair(inputs);
    DType dtype = inputs.get(0).dtype();
    Elementwise.require(
        dtype != DType.BOOL && !dtype.isStoredOnly(), inputs.get(0), "a numeric type");
    return List.of(inputs.get(0).with(shape));
  }

  @Override
  default List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    TensorType type = a.type().with(Shape.broadcast(a.shape(), b.shape()));
    if (a.isSplat() && b.isSplat() && type.dtype().isFloat() && type.shape().size() > 0) {
      return List.of(Tensor.splat(type, of(a.doubleAt(0), b.doubleAt(0))));
    }
    return List.of(
        type.dtype().isFloat()
            ? Elementwise.doubles(type, a, b, this::of)
            : type.dtype() == DType.UINT64
                ? Elementwise.longs(type, a, b, this::ofUnsigned)
                : Elementwise.longs(type, a, b, this::of));
  }

  @Override
  default Expr apply(List<Expr> operands, List<TensorType> types) {
    DType dtype = types.get(0).dtype();
    return Wrap.to(dtype, of(operands.get(0), operands.get(1), dtype));
  }

  @Override
  default Numerics numerics() {
    return Numerics.EXACT;
  }
}
