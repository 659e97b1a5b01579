package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.OnnxOperator.custom;

import java.util.List;

/** The table of the operators of ai.onnx.ml, opsets 1 to 5, that can be imported. */
final class MachineLearningOperators {
  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE =
      List.of(
          custom("TreeEnsemble", 1, 1, new TreeEnsembleImporter()),
          custom("TreeEnsembleClassifier", 1, 1, new TreeClassifierImporter()).results(2),
          custom("TreeEnsembleRegressor", 1, 1, new TreeRegressorImporter()));

  private MachineLearningOperators() {}
}
