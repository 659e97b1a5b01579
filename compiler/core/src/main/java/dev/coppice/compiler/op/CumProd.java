package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Running products along an axis. Numbers; floats accumulate in float, in {@link #evaluate} in
 * double. ONNX CumProd, since 26 (its second operand is the axis).
 *
 * @param axis axis to multiply along
 * @param exclusive whether an element is left out of its own product
 * @param reverse whether products run from the end
 */
public record CumProd(int axis, boolean exclusive, boolean reverse) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.number(inputs, 0);
    Operands.axis(axis, x);
    return List.of(x);
  }

  private Cumulation cumulation() {
    return new Cumulation(BinaryOp.MUL, axis, exclusive, reverse);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    return List.of(cumulation().evaluate(inputs.get(0)));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return cumulation().lower(k, "cumProd", "products");
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
