package dev.coppice.compiler.lowering;

import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;

/**
 * Constant data that kernels read.
 *
 * @param name name for the reader: the ONNX initializer and what was made of it
 * @param elements the elements, in the order kernels index them, and where they come from
 * @param rows whether the data, then of shape {@code [rows, length]}, is kept with each row in an
 *     array of its own
 */
public record WeightTensor(String name, Reordered elements, boolean rows) {
  public WeightTensor {
    if (rows && elements.data().shape().rank() != 2) {
      throw new IllegalArgumentException(
          "row weights " + name + " are " + elements.data().type() + ", expected rank 2");
    }
  }

  /** Data in its own order. */
  public WeightTensor(String name, Tensor data, boolean rows) {
    this(name, Reordered.identity(data), rows);
  }

  /** The elements. */
  public Tensor data() {
    return elements.data();
  }
}
