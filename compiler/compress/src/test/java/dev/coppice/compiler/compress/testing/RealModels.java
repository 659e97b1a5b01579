package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.Methods;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * Real networks with their data, for tests; where they are absent a test says so and is skipped.
 */
public enum RealModels {
  RESNET8(
      "mlperf-tiny-ic01-resnet8",
      "cifar10/jpeg-train-4k-images-idx4-ubyte.gz",
      "cifar10/jpeg-train-4k-labels-idx1-ubyte",
      "cifar10/jpeg-test-2k-images-idx4-ubyte.gz",
      "cifar10/jpeg-test-2k-labels-idx1-ubyte",
      "layout: nhwc"),
  RESNET20("cifar10-resnet20", RESNET8, "layout: nhwc, scale: 1/255, " + RealModels.IMAGENET),
  RESNET56("cifar10-resnet56", RESNET8, "layout: nhwc, scale: 1/255, " + RealModels.IMAGENET),
  /** The one set is cut in two: the first 300 calibrate. */
  DSCNN(
      "mlperf-tiny-kws01-dscnn",
      "kws01/features-idx3-byte",
      "kws01/labels-idx1-ubyte",
      "kws01/features-idx3-byte",
      "kws01/labels-idx1-ubyte",
      "offset: -83, scale: 0.5847029089927673"),
  MNIST_CONV_BN(
      "mnist-conv-bn",
      "mnist/train-20k-images-idx3-ubyte.gz",
      "mnist/train-20k-labels-idx1-ubyte.gz",
      "mnist/t10k-images-idx3-ubyte.gz",
      "mnist/t10k-labels-idx1-ubyte.gz",
      "scale: 1/255, mean: 0.1307, std: 0.3081"),
  MNIST_CNN("mnist-cnn-pytorch", MNIST_CONV_BN, MNIST_CONV_BN.scaling);

  private static final String IMAGENET = "mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]";

  private final String model;
  private final String calibrationInputs;
  private final String calibrationLabels;
  private final String evaluationInputs;
  private final String evaluationLabels;
  private final String scaling;

  RealModels(
      String model,
      String calibrationInputs,
      String calibrationLabels,
      String evaluationInputs,
      String evaluationLabels,
      String scaling) {
    this.model = model;
    this.calibrationInputs = calibrationInputs;
    this.calibrationLabels = calibrationLabels;
    this.evaluationInputs = evaluationInputs;
    this.evaluationLabels = evaluationLabels;
    this.scaling = scaling;
  }

  RealModels(String model, RealModels data, String scaling) {
    this(
        model,
        data.calibrationInputs,
        data.calibrationLabels,
        data.evaluationInputs,
        data.evaluationLabels,
        scaling);
  }

  /** The model; the test is skipped where it is absent. */
  public OnnxGraph graph() {
    Path file = shared().resolve("models").resolve(model).resolve("model.onnx");
    return OnnxGraph.of(
        OnnxFile.load(file, ImportLimits.defaults()), ImportOptions.of(model + ".onnx"));
  }

  /** The beginning of a recipe with this model's data: {@code data: ...}, of so many examples. */
  public String data(int calibration, int evaluation) {
    int from = this == DSCNN ? 300 : 0;
    return """
    data:
      calibration: {inputs: %s, labels: %s, %s, samples: 0..%d}
      evaluation: {inputs: %s, labels: %s, %s, samples: %d..%d}
    """
        .formatted(
            calibrationInputs,
            calibrationLabels,
            scaling,
            calibration,
            evaluationInputs,
            evaluationLabels,
            scaling,
            from,
            from + evaluation);
  }

  /** Labelled examples that calibration may see. */
  public Examples calibration(int count) {
    return recipe(data(count, 1) + "steps: [{method: prune-weights, amount: 0}]")
        .settings()
        .calibration()
        .orElseThrow()
        .open(ports(graph()));
  }

  /** Labelled examples that calibration does not see. */
  public Examples evaluation(int count) {
    return recipe(data(1, count) + "steps: [{method: prune-weights, amount: 0}]")
        .settings()
        .evaluation()
        .orElseThrow()
        .open(ports(graph()));
  }

  /** The model compressed by a recipe of these steps (and settings), with this model's data. */
  public Compressor.Result compress(int calibration, int evaluation, String settingsAndSteps) {
    DiagnosticSink sink = new DiagnosticSink();
    return Compressor.compress(
        graph(), recipe(data(calibration, evaluation) + settingsAndSteps), sink, Progress.NONE);
  }

  private static List<Port> ports(OnnxGraph graph) {
    return graph.inputs().stream()
        .map(i -> new Port(i, graph.type(i).dtype(), graph.type(i).shape()))
        .toList();
  }

  private static Recipe recipe(String text) {
    DiagnosticSink sink = new DiagnosticSink();
    Optional<Recipe> recipe =
        RecipeReader.parse(text, "recipe.yaml", shared().resolve("data"), Methods.ALL, sink);
    sink.throwIfErrors();
    return recipe.orElseThrow();
  }

  private static Path shared() {
    Optional<Path> shared = Shared.folder();
    Assumptions.assumeTrue(shared.isPresent(), "skipped: the folder of shared models is absent");
    return shared.orElseThrow();
  }
}
