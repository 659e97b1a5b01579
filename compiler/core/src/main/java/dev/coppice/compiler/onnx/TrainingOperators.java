package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.OnnxOperator.custom;

import java.util.List;

/** The table of the operators of ai.onnx.preview.training that can be imported. */
final class TrainingOperators {
  private static final int ANY = Integer.MAX_VALUE;

  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE =
      List.of(
          custom("Adagrad", 5, ANY, OptimizerImporter::adagrad).results(ANY),
          custom("Adam", 6, ANY, OptimizerImporter::adam).results(ANY),
          custom("Gradient", 1, ANY, new GradientImporter()).results(ANY),
          custom("Momentum", 5, ANY, OptimizerImporter::momentum).results(ANY));

  private TrainingOperators() {}
}
