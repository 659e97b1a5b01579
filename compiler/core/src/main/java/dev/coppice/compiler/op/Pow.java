package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = a^b}, elementwise on broadcast numbers; the result has the type of a. ONNX Pow, since
 * 7; b of another type since 12.
 */
public record Pow() implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    for (TensorType t : inputs) {
      Elementwise.require(t.dtype() != DType.BOOL, t, "a numeric type");
    }
    return List.of(
        inputs.get(0).with(Shape.broadcast(inputs.get(0).shape(), inputs.get(1).shape())));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    TensorType type = a.type().with(Shape.broadcast(a.shape(), b.shape()));
    return List.of(
        Tensor.fromDoubles(
            type,
            i ->
                Math.pow(
                    a.doubleAt(Elementwise.source(a.shape(), type.shape(), i)),
                    b.doubleAt(Elementwise.source(b.shape(), type.shape(), i)))));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr a = operands.get(0);
    Expr b = operands.get(1);
    if (b instanceof Expr.Literal l && a.type().isFloating() && b.type().isFloating()) {
      double exponent = l.floating();
      if (exponent == 2) {
        return Exprs.mul(a, a);
      }
      if (exponent == 0.5) {
        return Exprs.call(Intrinsic.SQRT, a);
      }
    }
    LoopType wide = types.get(0).dtype() == DType.FLOAT32 ? LoopType.FLOAT : LoopType.DOUBLE;
    Expr power = Exprs.call(Intrinsic.POW, Exprs.cast(wide, a), Exprs.cast(wide, b));
    return Wrap.to(types.get(0).dtype(), Exprs.cast(LoopType.of(types.get(0).dtype()), power));
  }
}
