package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code y = scale * (x - mean) / sqrt(variance + epsilon) + bias} with mean and variance over the
 * axes from {@code axis} on. Scale, and the optional bias, have the shape of these axes; floats of
 * one type. Only the first result of ONNX LayerNormalization, since 17.
 *
 * @param axis first axis of the statistics
 * @param epsilon added to the variance
 */
public record LayerNormalization(int axis, float epsilon) implements Op {
  private NormalizedRuns runs() {
    return new NormalizedRuns(axis, epsilon, true);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return runs().inferTypes(inputs, 3);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    return runs().evaluate(inputs);
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return runs().lower(k, "layerNormalization");
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
