package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.RuntimeOracle;
import dev.coppice.compiler.testing.Stages;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TreeEnsembleRegressor and TreeEnsembleClassifier, compared with ONNX Runtime. */
class TreeImporterTest {
  private static void regressor(
      RandomTrees trees, DType dtype, int targets, AttributeProto... more) {
    List<AttributeProto> attributes = new ArrayList<>(trees.attributes("target"));
    attributes.add(attribute("n_targets", targets));
    attributes.addAll(List.of(more));
    Tensor x = MachineLearningNode.quarters(targets, dtype, true, 19, 5);
    RuntimeOracle.assertAgrees(
        MachineLearningNode.model(
            "TreeEnsembleRegressor",
            1,
            List.of(x.type()),
            List.of(TensorType.of(DType.FLOAT32, 19, targets)),
            attributes),
        List.of(x),
        1e-5,
        0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void depths(int depth) {
    regressor(
        new RandomTrees(depth, 5, depth, depth, false, t -> new int[] {0}, false),
        DType.FLOAT32,
        1);
    regressor(
        new RandomTrees(depth, 5, 9 - depth, depth, true, t -> new int[] {0}, false),
        DType.FLOAT32,
        1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUM", "AVERAGE", "MIN", "MAX"})
  void aggregates(String function) {
    regressor(
        new RandomTrees(1, 5, 6, 4, true, t -> new int[] {t % 3, (t + 1) % 3}, false),
        DType.FLOAT32,
        3,
        attribute("base_values", new float[] {1, 2, 3}),
        attribute("aggregate_function", function));
    regressor(
        new RandomTrees(2, 5, 5, 3, true, t -> new int[] {t}, false),
        DType.FLOAT32,
        7,
        attribute("aggregate_function", function));
    regressor(
        new RandomTrees(2, 5, 5, 3, true, t -> new int[] {0}, false),
        DType.FLOAT32,
        1,
        attribute("base_values", new float[] {0.5f}),
        attribute("aggregate_function", function));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"})
  void transforms(String transform) {
    regressor(
        new RandomTrees(1, 5, 6, 4, true, t -> new int[] {t % 3}, false),
        DType.FLOAT32,
        3,
        attribute("post_transform", transform));
    regressor(
        new RandomTrees(1, 5, 6, 4, true, t -> new int[] {0}, false),
        DType.FLOAT32,
        1,
        attribute("post_transform", transform));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void probit(int targets) {
    regressor(
        new RandomTrees(
            1, 5, 3, 4, true, t -> targets == 1 ? new int[] {0} : new int[] {0, 1}, true),
        DType.FLOAT32,
        targets,
        attribute("post_transform", "PROBIT"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT64", "INT32", "INT64"})
  void types(DType dtype) {
    RandomTrees trees = new RandomTrees(3, 5, 6, 5, true, t -> new int[] {t % 3}, false);
    if (dtype.isFloat()) {
      regressor(trees, dtype, 3);
    }
    classifier(trees, dtype, new long[] {1, 2, 3});
  }

  private static void classifier(RandomTrees trees, long[] labels, AttributeProto... more) {
    classifier(trees, DType.FLOAT32, labels, more);
  }

  private static void classifier(
      RandomTrees trees, DType dtype, long[] labels, AttributeProto... more) {
    Tensor x = MachineLearningNode.quarters(labels.length, dtype, dtype.isFloat(), 23, 5);
    RuntimeOracle.assertAgrees(model(trees, x, labels, more), List.of(x), 1e-5, 0);
  }

  private static ModelProto model(
      RandomTrees trees, Tensor x, long[] labels, AttributeProto... more) {
    List<AttributeProto> attributes = new ArrayList<>(trees.attributes("class"));
    attributes.add(attribute("classlabels_int64s", labels));
    attributes.addAll(List.of(more));
    return MachineLearningNode.model(
        "TreeEnsembleClassifier",
        1,
        List.of(x.type()),
        List.of(TensorType.of(DType.INT64, 23), TensorType.of(DType.FLOAT32, 23, labels.length)),
        attributes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO"})
  void severalClasses(String transform) {
    AttributeProto t = attribute("post_transform", transform);
    classifier(
        new RandomTrees(4, 5, 6, 4, false, i -> new int[] {i % 3}, false), new long[] {0, 1, 2}, t);
    classifier(
        new RandomTrees(5, 5, 4, 4, true, i -> new int[] {0, 1, 2, 3}, true),
        new long[] {7, -1, 3, 5},
        t,
        attribute("base_values", new float[] {0.25f, 0, 0.5f, 0.125f}));
  }

  @ParameterizedTest
  @CsvSource({
    "0, true, NONE", "0, false, NONE", "0, true, LOGISTIC", "0, false, LOGISTIC",
    "0, true, SOFTMAX", "0, false, SOFTMAX", "1, true, NONE", "1, false, NONE",
    "1, true, LOGISTIC", "1, false, LOGISTIC", "1, false, SOFTMAX"
  })
  void twoClassesByOne(int only, boolean positive, String transform) {
    RandomTrees trees = new RandomTrees(6, 5, 5, 4, false, i -> new int[] {only}, positive);
    AttributeProto t = attribute("post_transform", transform);
    classifier(trees, new long[] {3, 9}, t);
    classifier(trees, new long[] {3, 9}, t, attribute("base_values", new float[] {0.125f}));
    if (only == 0) {
      classifier(
          trees, new long[] {3, 9}, t, attribute("base_values", new float[] {0.125f, 0.25f}));
    }
  }

  @ParameterizedTest
  @CsvSource({"true, NONE", "false, NONE", "false, LOGISTIC", "false, SOFTMAX"})
  void twoClasses(boolean positive, String transform) {
    RandomTrees trees = new RandomTrees(6, 5, 5, 4, false, i -> new int[] {0, 1}, positive);
    Tensor x = MachineLearningNode.quarters(2, DType.FLOAT32, true, 23, 5);
    ModelProto.Builder scores =
        model(trees, x, new long[] {4, 8}, attribute("post_transform", transform)).toBuilder();
    // Labels differ, see TreeClassifierImporter.
    scores.getGraphBuilder().removeOutput(0);
    RuntimeOracle.assertAgrees(scores.build(), List.of(x), 1e-5, 0);
  }

  @Test
  void labelOfTwoClassesIsThatOfTheLargerScore() {
    RandomTrees trees = new RandomTrees(6, 5, 5, 4, false, i -> new int[] {0, 1}, true);
    Tensor x = MachineLearningNode.quarters(2, DType.FLOAT32, true, 23, 5);
    Graph graph =
        OnnxImporter.importModel(
            model(trees, x, new long[] {4, 8}), ImportOptions.of("m.onnx"), new DiagnosticSink());
    List<Tensor> y = Stages.run(graph, List.of(List.of(x))).get(0);
    for (int i = 0; i < 23; i++) {
      assertEquals(
          y.get(1).doubleAt(2 * i + 1) > y.get(1).doubleAt(2 * i) ? 8 : 4, y.get(0).longAt(i));
    }
  }
}
