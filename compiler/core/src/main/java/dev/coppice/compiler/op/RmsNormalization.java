package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = scale * x / sqrt(mean(x * x) + epsilon)} with the mean over the axes from {@code axis}
 * on. The scale has the shape of these axes; floats of one type. ONNX RMSNormalization, since 23.
 *
 * @param axis first axis of the mean
 * @param epsilon added to the mean
 */
public record RmsNormalization(int axis, float epsilon) implements Op {
  private NormalizedRuns runs() {
    return new NormalizedRuns(axis, epsilon, false);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return runs().inferTypes(inputs, 2);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    return runs().evaluate(inputs);
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return runs().lower(k, "rmsNormalization");
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
