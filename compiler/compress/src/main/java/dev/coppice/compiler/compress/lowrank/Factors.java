package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/**
 * Layers in place of one, first to last, with nothing between.
 *
 * @param stages the layers
 * @param lost the part of the energy that they lack: the squared norm of the change of the weights,
 *     or of the outputs on calibration data, over that of the weights or outputs
 */
record Factors(List<Stage> stages, double lost) {
  /** Copies the list. */
  Factors {
    stages = List.copyOf(stages);
  }

  /**
   * One of them.
   *
   * @param name what its weights and its result are called after
   * @param weights float64; of a matrix product {@code [outputs, inputs]}
   * @param attributes those of a convolution
   */
  record Stage(String name, Tensor weights, List<AttributeProto> attributes) {
    /** Copies the list. */
    Stage {
      attributes = List.copyOf(attributes);
    }
  }
}
