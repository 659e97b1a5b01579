package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.Tensor;

/**
 * Constant data that kernels read.
 *
 * @param name name for the reader: the ONNX initializer and what was made of it
 * @param data the elements, in the order kernels index them
 * @param rows whether {@code data}, then of shape {@code [rows, length]}, is kept with each row in
 *     an array of its own
 */
public record WeightTensor(String name, Tensor data, boolean rows) {
  public WeightTensor {
    if (rows && data.shape().rank() != 2) {
      throw new IllegalArgumentException(
          "row weights " + name + " are " + data.type() + ", expected rank 2");
    }
  }
}
