package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.OnnxOperator.custom;

import java.util.List;

/** The table of the operators of ai.onnx.preview.training that can be imported. */
final class TrainingOperators {
  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE =
      List.of(
          custom("Gradient", 1, Integer.MAX_VALUE, new GradientImporter())
              .results(Integer.MAX_VALUE));

  private TrainingOperators() {}
}
