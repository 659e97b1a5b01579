package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.OnnxOperator.custom;

import java.util.List;

/** The table of the operators of ai.onnx.ml, opsets 1 to 5, that can be imported. */
final class MachineLearningOperators {
  /** Sorted by name, an operator a line: name, operands, importer. */
  static final List<OnnxOperator> TABLE =
      List.of(
          custom("ArrayFeatureExtractor", 2, 2, FeatureImporter::extractor),
          custom("Binarizer", 1, 1, FeatureImporter::binarizer),
          custom("FeatureVectorizer", 1, Integer.MAX_VALUE, FeatureImporter::vectorizer),
          custom("Imputer", 1, 1, FeatureImporter::imputer),
          custom("LabelEncoder", 1, 1, EncoderImporter::label),
          custom("LinearClassifier", 1, 1, LinearModelImporter::classifier).results(2),
          custom("LinearRegressor", 1, 1, LinearModelImporter::regressor),
          custom("Normalizer", 1, 1, FeatureImporter::normalizer),
          custom("OneHotEncoder", 1, 1, EncoderImporter::oneHot),
          custom("SVMClassifier", 1, 1, new SupportVectorClassifier()).results(2),
          custom("SVMRegressor", 1, 1, SupportVectorImporter::regressor),
          custom("Scaler", 1, 1, FeatureImporter::scaler),
          custom("TreeEnsemble", 1, 1, new TreeEnsembleImporter()),
          custom("TreeEnsembleClassifier", 1, 1, new TreeClassifierImporter()).results(2),
          custom("TreeEnsembleRegressor", 1, 1, new TreeRegressorImporter()),
          custom("ZipMap", 1, 1, FeatureImporter::zipMap));

  private MachineLearningOperators() {}
}
