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

  /** {@code f(x)} for integers with sign. */
  long of(long x);

  /** {@code f(x)} for integers without sign; uint64 as bits. */
  long ofUnsigned(long x);

  /** {@code f(x)} for an expression of {@code LoopType.of(dtype)}, before wrapping. */
  Expr of(Expr x, DType dtype);

  @Override
  default List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(Elementwise.numbers(inputs));
  }

  @Override
  default List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    if (x.dtype().isFloat()) {
      return List.of(Tensor.fromDoubles(x.type(), i -> of(x.doubleAt(i))));
    }
    boolean unsigned = x.dtype().isUnsigned();
    return List.of(
        Tensor.fromLongs(x.type(), i -> unsigned ? ofUnsigned(x.longAt(i)) : of(x.longAt(i))));
  }

  @Override
  default Expr apply(List<Expr> operands, List<TensorType> types) {
    DType dtype = types.get(0).dtype();
    return Wrap.to(dtype, of(operands.get(0), dtype));
  }

  @Override
  default Numerics numerics() {
    return Numerics.EXACT;
  }
}
