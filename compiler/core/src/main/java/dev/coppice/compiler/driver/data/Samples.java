package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/** Samples for the inputs of one model. */
interface Samples {
  /** Number of samples. */
  int count();

  /**
   * Sample {@code i}: one tensor an input, of the input's type.
   *
   * @throws dev.coppice.compiler.diag.CompileException if it is read now and found to be damaged
   */
  List<Tensor> inputs(int i);
}
