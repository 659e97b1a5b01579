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
 * {@code y = a^b}, elementwise on broadcast numbers; the result has the type of a, which is a float
 * type, int32 or int64. Integer results are those of double arithmetic, truncated. ONNX Pow, since
 * 7; b of another type since 12.
 */
public record Pow() implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    TensorType a = inputs.get(0);
    TensorType b = inputs.get(1);
    Elementwise.require(
        a.dtype().isFloat() || a.dtype() == DType.INT32 || a.dtype() == DType.INT64,
        a,
        "a float type, int32 or int64 as base");
    Elementwise.require(b.dtype() != DType.BOOL && !b.dtype().isStoredOnly(), b, "a numeric type");
    return List.of(a.with(Shape.broadcast(a.shape(), b.shape())));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor a = inputs.get(0);
    Tensor b = inputs.get(1);
    TensorType type = a.type().with(Shape.broadcast(a.shape(), b.shape()));
    return List.of(Elementwise.doubles(type, a, b, Math::pow));
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr a = operands.get(0);
    Expr b = operands.get(1);
    if (b instanceof Expr.Literal l && a.type().isFloating()) {
      double exponent = b.type().isFloating() ? l.floating() : l.bits();
      if (exponent == 2) {
        return Exprs.mul(a, a);
      }
      if (exponent == 3) {
        return Exprs.mul(Exprs.mul(a, a), a);
      }
      if (exponent == 0.5) {
        return Exprs.call(Intrinsic.SQRT, a);
      }
    }
    DType exponents = types.get(1).dtype();
    boolean single = a.type().equals(LoopType.FLOAT) && isExactInFloat(exponents);
    LoopType wide = single ? LoopType.FLOAT : LoopType.DOUBLE;
    Expr exponent = exponents == DType.UINT64 ? Unsigned.toFloating(wide, b) : Exprs.cast(wide, b);
    Expr power = Exprs.call(Intrinsic.POW, Exprs.cast(wide, a), exponent);
    return Cast.convert(
        power, wide == LoopType.FLOAT ? DType.FLOAT32 : DType.FLOAT64, types.get(0).dtype());
  }

  /** Whether a float holds every value; a rounded exponent could change from odd to even. */
  private static boolean isExactInFloat(DType dtype) {
    return dtype.isFloat() ? dtype != DType.FLOAT64 : dtype.bytes() <= 2;
  }
}
