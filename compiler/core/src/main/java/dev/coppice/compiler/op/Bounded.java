package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Its operand, one i64, which must not exceed what there is room for: if it does at run time, the
 * run ends with an {@link IllegalStateException}. Not of ONNX.
 *
 * @param most largest value allowed
 * @param what what is counted, for the message
 */
public record Bounded(long most, String what) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    if (x.dtype() != DType.INT64 || x.shape().size() != 1) {
      throw Operands.bad("operand 0 is %s, expected one i64", x);
    }
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    long value = inputs.get(0).longAt(0);
    if (value > most) {
      throw new IllegalStateException(what + ": " + value + ", there is room for " + most);
    }
    return inputs;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    throw new IllegalStateException("compiler bug: Bounded is a check, not a kernel");
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    return true;
  }
}
