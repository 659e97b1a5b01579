package dev.coppice.compiler.op;

import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = -x}, elementwise on floats and signed integers; the lowest integer stays. ONNX Neg,
 * since 6.
 */
public record Neg() implements NumberUnary {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType type = Elementwise.numbers(inputs);
    Elementwise.require(!type.dtype().isUnsigned(), type, "a type with sign");
    return List.of(type);
  }

  @Override
  public double of(double x) {
    return -x;
  }

  @Override
  public long of(long x) {
    return -x;
  }

  @Override
  public long ofUnsigned(long x) {
    throw new IllegalStateException("compiler bug: Neg of an unsigned integer");
  }

  @Override
  public Expr of(Expr x, DType dtype) {
    return Exprs.neg(x);
  }
}
