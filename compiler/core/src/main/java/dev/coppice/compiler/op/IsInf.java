package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Whether x is infinite, elementwise on floats; the result is boolean. ONNX IsInf, since 10.
 *
 * @param detectNegative whether negative infinity counts
 * @param detectPositive whether positive infinity counts
 */
public record IsInf(boolean detectNegative, boolean detectPositive) implements Pointwise {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(Elementwise.floats(inputs).with(DType.BOOL));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(Tensor.fromLongs(x.type().with(DType.BOOL), i -> counts(x.doubleAt(i)) ? 1 : 0));
  }

  private boolean counts(double x) {
    return x == Double.NEGATIVE_INFINITY && detectNegative
        || x == Double.POSITIVE_INFINITY && detectPositive;
  }

  @Override
  public Expr apply(List<Expr> operands, List<TensorType> types) {
    Expr x = operands.get(0);
    if (detectNegative && detectPositive) {
      return Exprs.call(Intrinsic.IS_INFINITE, x);
    }
    if (!detectNegative && !detectPositive) {
      return Exprs.boolLit(false);
    }
    double infinity = detectNegative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    return Exprs.eq(x, Exprs.literal(x.type(), infinity));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
