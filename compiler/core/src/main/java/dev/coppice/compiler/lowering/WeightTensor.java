package dev.coppice.compiler.lowering;

import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.tensor.Tensor;

/**
 * Constant data that kernels read.
 *
 * @param name name for the reader: the ONNX initializer and what was made of it
 * @param weights the elements, in the order kernels index them, and what is stored of them
 * @param rows whether the data, then of shape {@code [rows, length]}, is kept with each row in an
 *     array of its own
 */
public record WeightTensor(String name, KernelWeights weights, boolean rows) {
  public WeightTensor {
    if (rows && weights.data().shape().rank() != 2) {
      throw new IllegalArgumentException(
          "row weights " + name + " are " + weights.data().type() + ", expected rank 2");
    }
  }

  /** Data that is stored as it is. */
  public WeightTensor(String name, Tensor data, boolean rows) {
    this(name, KernelWeights.of(data), rows);
  }

  /** The elements. */
  public Tensor data() {
    return weights.data();
  }
}
