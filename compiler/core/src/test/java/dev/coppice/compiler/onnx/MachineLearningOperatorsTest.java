package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.RuntimeOracle;
import dev.coppice.compiler.testing.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators of ai.onnx.ml other than trees, compared with ONNX Runtime. */
class MachineLearningOperatorsTest {
  private static final TensorType ROWS = TensorType.of(DType.FLOAT32, 7, 5);

  private static void agrees(
      String name, int opset, List<Tensor> inputs, TensorType output, AttributeProto... a) {
    RuntimeOracle.assertAgrees(
        MachineLearningNode.model(
            name, opset, inputs.stream().map(Tensor::type).toList(), List.of(output), List.of(a)),
        inputs,
        1e-5,
        0);
  }

  private static Tensor rows(DType dtype, boolean nan) {
    return MachineLearningNode.quarters(3, dtype, nan, 7, 5);
  }

  private static float[] floats(long seed, int n) {
    Random r = new Random(seed);
    float[] f = new float[n];
    for (int i = 0; i < n; i++) {
      f[i] = (float) r.nextGaussian();
    }
    return f;
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "FLOAT64", "INT32", "INT64"})
  void scaler(DType dtype) {
    agrees(
        "Scaler",
        1,
        List.of(rows(dtype, false)),
        ROWS,
        attribute("offset", new float[] {1, 2, 3, 4, 5}),
        attribute("scale", new float[] {1, 0.5f, 0.25f, 2, 4}));
    agrees(
        "Scaler",
        1,
        List.of(rows(dtype, false)),
        ROWS,
        attribute("offset", new float[] {1}),
        attribute("scale", new float[] {3}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"MAX", "L1", "L2"})
  void normalizer(String norm) {
    Tensor x = rows(DType.FLOAT32, false);
    Tensor withZeros = Tensor.fromDoubles(x.type(), i -> i < 5 ? 0 : x.doubleAt(i));
    agrees("Normalizer", 1, List.of(withZeros), ROWS, attribute("norm", norm));
    Tensor negative = Tensor.fromDoubles(x.type(), i -> -1 - i);
    agrees("Normalizer", 1, List.of(negative), ROWS, attribute("norm", norm));
  }

  @Test
  void binarizer() {
    agrees("Binarizer", 1, List.of(rows(DType.FLOAT32, false)), ROWS, attribute("threshold", 0.5f));
  }

  @Test
  void imputer() {
    agrees(
        "Imputer",
        1,
        List.of(rows(DType.FLOAT32, true)),
        ROWS,
        attribute("imputed_value_floats", new float[] {1, 2, 3, 4, 5}),
        attribute("replaced_value_float", Float.NaN));
    agrees(
        "Imputer",
        1,
        List.of(rows(DType.FLOAT32, false)),
        ROWS,
        attribute("imputed_value_floats", new float[] {9}),
        attribute("replaced_value_float", 0.25f));
    agrees(
        "Imputer",
        1,
        List.of(rows(DType.INT64, false)),
        TensorType.of(DType.INT64, 7, 5),
        attribute("imputed_value_int64s", new long[] {1, 2, 3, 4, 1L << 60}),
        attribute("replaced_value_int64", -1L));
  }

  @Test
  void extractor() {
    Tensor at = Tensor.ofLongs(Shape.of(3), 4, 0, 4);
    agrees(
        "ArrayFeatureExtractor",
        1,
        List.of(rows(DType.FLOAT32, false), at),
        TensorType.of(DType.FLOAT32, 7, 3));
    agrees(
        "ArrayFeatureExtractor",
        1,
        List.of(Tensor.ofFloats(Shape.of(5), 1, 2, 3, 4, 5), at),
        TensorType.of(DType.FLOAT32, 1, 3));
  }

  @Test
  void vectorizer() {
    agrees(
        "FeatureVectorizer",
        1,
        List.of(
            rows(DType.INT64, false), MachineLearningNode.quarters(4, DType.INT64, false, 7, 2)),
        TensorType.of(DType.FLOAT32, 7, 7),
        attribute("inputdimensions", new int[] {5, 2}));
    agrees(
        "FeatureVectorizer",
        1,
        List.of(
            rows(DType.FLOAT32, false),
            MachineLearningNode.quarters(4, DType.FLOAT32, false, 7, 2)),
        TensorType.of(DType.FLOAT32, 7, 7),
        attribute("inputdimensions", new int[] {3, 4}));
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT32", "FLOAT64", "INT64"})
  void oneHot(DType dtype) {
    agrees(
        "OneHotEncoder",
        1,
        List.of(rows(dtype, false)),
        TensorType.of(DType.FLOAT32, 7, 5, 3),
        attribute("cats_int64s", new long[] {1, -2, 0}),
        attribute("zeros", 1));
  }

  @Test
  void labelEncoder() {
    agrees(
        "LabelEncoder",
        2,
        List.of(rows(DType.INT64, false)),
        ROWS,
        attribute("keys_int64s", new long[] {1, -2, 0}),
        attribute("values_floats", new float[] {0.5f, 7, -3}),
        attribute("default_float", 42f));
    agrees(
        "LabelEncoder",
        4,
        List.of(rows(DType.FLOAT32, true)),
        TensorType.of(DType.INT64, 7, 5),
        attribute("keys_floats", new float[] {1, -2, Float.NaN}),
        attribute("values_int64s", new long[] {5, 7, 1L << 40}));
    agrees(
        "LabelEncoder",
        4,
        List.of(rows(DType.FLOAT64, false)),
        TensorType.of(DType.FLOAT64, 7, 5),
        attribute("keys_tensor", Tensor.fromDoubles(TensorType.of(DType.FLOAT64, 2), i -> i)),
        attribute("values_tensor", Tensor.fromDoubles(TensorType.of(DType.FLOAT64, 2), i -> 9 + i)),
        attribute("default_tensor", Tensor.fromDoubles(TensorType.of(DType.FLOAT64, 1), i -> 77)));
  }

  @ParameterizedTest
  @CsvSource({"1, NONE", "1, LOGISTIC", "1, SOFTMAX", "3, NONE", "3, LOGISTIC", "3, SOFTMAX"})
  void linearRegressor(int targets, String transform) {
    agrees(
        "LinearRegressor",
        1,
        List.of(rows(DType.FLOAT32, false)),
        TensorType.of(DType.FLOAT32, 7, targets),
        attribute("targets", targets),
        attribute("coefficients", floats(targets, 5 * targets)),
        attribute("intercepts", floats(9, targets)),
        attribute("post_transform", transform));
  }

  @ParameterizedTest
  @CsvSource({
    "1, NONE",
    "1, LOGISTIC",
    "1, SOFTMAX",
    "2, NONE",
    "2, LOGISTIC",
    "2, SOFTMAX",
    "3, NONE",
    "3, LOGISTIC",
    "3, SOFTMAX",
    "3, SOFTMAX_ZERO"
  })
  void linearClassifier(int rows, String transform) {
    Tensor x = rows(DType.FLOAT32, false);
    int classes = Math.max(2, rows);
    RuntimeOracle.assertAgrees(
        MachineLearningNode.model(
            "LinearClassifier",
            1,
            List.of(x.type()),
            List.of(TensorType.of(DType.INT64, 7), TensorType.of(DType.FLOAT32, 7, classes)),
            List.of(
                attribute("coefficients", floats(rows, 5 * rows)),
                attribute("intercepts", floats(9, rows)),
                attribute(
                    "classlabels_ints", IntStream.range(0, classes).map(i -> 7 - 3 * i).toArray()),
                attribute("post_transform", transform))),
        List.of(x),
        1e-5,
        0);
  }

  @ParameterizedTest
  @CsvSource({"LINEAR, 0", "POLY, 0", "RBF, 0", "SIGMOID, 0", "RBF, 1", "LINEAR, 1"})
  void supportVectorRegressor(String kernel, int oneClass) {
    agrees(
        "SVMRegressor",
        1,
        List.of(rows(DType.FLOAT32, false)),
        TensorType.of(DType.FLOAT32, 7, 1),
        attribute("kernel_type", kernel),
        attribute("kernel_params", new float[] {0.3f, 0.5f, 3}),
        attribute("support_vectors", floats(1, 20)),
        attribute("coefficients", floats(2, 4)),
        attribute("rho", new float[] {0.25f}),
        attribute("n_supports", 4),
        attribute("one_class", oneClass));
  }

  @Test
  void linearSupportVectorRegressor() {
    agrees(
        "SVMRegressor",
        1,
        List.of(rows(DType.FLOAT32, false)),
        TensorType.of(DType.FLOAT32, 7, 1),
        attribute("kernel_type", "LINEAR"),
        attribute("kernel_params", new float[] {0, 0, 0}),
        attribute("coefficients", floats(2, 5)),
        attribute("rho", new float[] {0.25f}));
  }

  private static String refusal(ModelProto model) {
    return assertThrows(
            CompileException.class,
            () -> OnnxImporter.importModel(model, ImportOptions.of("m.onnx"), new DiagnosticSink()))
        .getMessage();
  }

  @Test
  void stringLabelsAreRefused() {
    ModelProto model =
        MachineLearningNode.model(
            "LinearClassifier",
            1,
            List.of(ROWS),
            List.of(TensorType.of(DType.INT64, 7), TensorType.of(DType.FLOAT32, 7, 2)),
            List.of(
                attribute("coefficients", floats(1, 10)),
                attribute("intercepts", floats(9, 2)),
                attribute("classlabels_strings", new String[] {"cat", "dog"})));
    String message = refusal(model);
    assertTrue(message.contains("'classlabels_strings'"), message);
    assertTrue(
        message.contains("number the classes from 0 as integers (classlabels_ints)"), message);
  }

  @Test
  void stringKeysAreRefused() {
    ModelProto model =
        MachineLearningNode.model(
            "LabelEncoder",
            2,
            List.of(ROWS),
            List.of(ROWS),
            List.of(
                attribute("keys_strings", new String[] {"a"}),
                attribute("values_floats", new float[] {1})));
    assertTrue(refusal(model).contains("'keys_strings'"), refusal(model));
  }

  @Test
  void zipMapGivesTheMatrixOfItsValues() {
    TypeProto.Builder type = TypeProto.newBuilder();
    type.getSequenceTypeBuilder()
        .getElemTypeBuilder()
        .getMapTypeBuilder()
        .setKeyType(DType.INT64.onnxCode())
        .getValueTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(DType.FLOAT32.onnxCode());
    ModelProto.Builder model =
        MachineLearningNode.model(
            "ZipMap",
            1,
            List.of(ROWS),
            List.of(ROWS),
            List.of(attribute("classlabels_int64s", new int[] {1, 2, 3, 4, 5})))
            .toBuilder();
    model.getGraphBuilder().getOutputBuilder(0).setType(type);
    DiagnosticSink notes = new DiagnosticSink();
    Graph graph = OnnxImporter.importModel(model.build(), ImportOptions.of("m.onnx"), notes);
    Tensor x = rows(DType.FLOAT32, false);
    assertEquals(List.of(x), Stages.run(graph, List.of(List.of(x))).get(0));
    assertEquals(DiagnosticCode.MAPS_AS_TENSOR, notes.diagnostics().get(0).code());
  }

  @ParameterizedTest
  @CsvSource({
    "2, LINEAR, NONE, false", "2, RBF, LOGISTIC, false", "2, POLY, SOFTMAX, false",
    "3, RBF, NONE, false", "4, SIGMOID, NONE, false", "3, RBF, SOFTMAX, false",
    "2, RBF, NONE, true", "2, LINEAR, NONE, true"
  })
  void supportVectorClassifier(int classes, String kernel, String transform, boolean platt) {
    Tensor x = rows(DType.FLOAT32, false);
    int pairs = classes * (classes - 1) / 2;
    int vectors = IntStream.range(0, classes).map(i -> i + 2).sum();
    List<AttributeProto> attributes =
        new ArrayList<>(
            List.of(
                attribute("kernel_type", kernel),
                attribute("kernel_params", new float[] {0.1f, 0.5f, 3}),
                attribute("support_vectors", floats(1, 5 * vectors)),
                attribute("coefficients", floats(2, (classes - 1) * vectors)),
                attribute("rho", floats(3, pairs)),
                attribute(
                    "vectors_per_class", IntStream.range(0, classes).map(i -> i + 2).toArray()),
                attribute(
                    "classlabels_ints", IntStream.range(0, classes).map(i -> 9 - i).toArray()),
                attribute("post_transform", transform)));
    if (platt) {
      attributes.add(attribute("prob_a", new float[] {-1.5f}));
      attributes.add(attribute("prob_b", new float[] {0.25f}));
    }
    // ONNX Runtime stops its iteration to probabilities at an error of a quarter of a percent.
    RuntimeOracle.assertAgrees(
        MachineLearningNode.model(
            "SVMClassifier",
            1,
            List.of(x.type()),
            List.of(
                TensorType.of(DType.INT64, 7),
                TensorType.of(DType.FLOAT32, 7, classes == 2 ? 2 : pairs)),
            attributes),
        List.of(x),
        platt ? 5e-3 : 1e-5,
        0);
  }
}
