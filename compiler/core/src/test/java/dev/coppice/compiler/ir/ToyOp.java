package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * An operator with one attribute of each kind and as many results of its first operand's type as
 * {@code results} says.
 */
public record ToyOp(
    int results, float slope, boolean flag, String label, Mode mode, List<Integer> axes, DType to)
    implements Op {

  /** An attribute that is an enum. */
  public enum Mode {
    FIRST,
    SECOND
  }

  /** One result. */
  static ToyOp simple() {
    return new ToyOp(1, 0.5f, true, "it's", Mode.SECOND, List.of(1, -1), DType.INT8);
  }

  /** Makes {@link ToyOp} and nothing else. */
  static Op create(String name, java.util.Map<String, Object> attributes) {
    if (!name.equals("ToyOp")) {
      throw new IllegalArgumentException("no operator '" + name + "'");
    }
    return OpAttributes.create(ToyOp.class, attributes);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("needs an operand");
    }
    return java.util.Collections.nCopies(results, inputs.get(0));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    return java.util.Collections.nCopies(results, inputs.get(0));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    throw new UnsupportedOperationException("toy");
  }
}
