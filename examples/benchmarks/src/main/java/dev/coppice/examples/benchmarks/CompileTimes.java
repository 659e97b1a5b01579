package dev.coppice.examples.benchmarks;

import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/** How long compiling takes: of the networks, and as nodes and weight bytes grow. */
final class CompileTimes {
  private static final int OPSET = 13;
  private static final int[] NODES = {10, 100, 1000, 10_000};
  private static final int[] MEGABYTES = {1, 10, 100, 500};

  /** Rows of a weight matrix. */
  private static final int MATRIX = 1024;

  private CompileTimes() {}

  /**
   * Times of one compilation.
   *
   * @param sources seconds from the ONNX model to source text and weights
   * @param javac seconds that javac takes for those, and loading the classes
   * @param kernels distinct kernels generated
   */
  record Time(double sources, double javac, int kernels) {}

  /**
   * The times as a table.
   *
   * @param progress told of each model
   */
  static String markdown(List<Network> networks, List<String> backends, Consumer<String> progress) {
    List<Network> all = new ArrayList<>(networks);
    for (int nodes : NODES) {
      all.add(
          Network.of(
              String.format(Locale.ROOT, "chain of %,d nodes", nodes),
              Network.Group.LARGE,
              () -> ModelSource.bytes("chain.onnx", chain(nodes))));
    }
    for (int megabytes : MEGABYTES) {
      all.add(
          Network.of(
              megabytes + " MB of weights",
              Network.Group.LARGE,
              () -> ModelSource.bytes("weights.onnx", products(megabytes))));
    }
    StringBuilder text =
        new StringBuilder("Seconds to compile. " + Session.thisMachine() + ".\n\n");
    text.append(
        "| network | backend | ONNX to sources | javac and loading | together | kernels |\n");
    text.append("|---|---|---:|---:|---:|---:|\n");
    // What is loaded and compiled first is the compiler itself, by the JVM.
    backends.forEach(b -> time(networks.isEmpty() ? all.get(0) : networks.get(0), b));
    for (Network network : all) {
      progress.accept(network.name());
      for (String backend : backends) {
        Time t = time(network, backend);
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %.2f | %.2f | %.2f | %d |\n",
                network.name(),
                backend,
                t.sources,
                t.javac,
                t.sources + t.javac,
                t.kernels));
      }
    }
    return text.toString();
  }

  /** Compiles {@code network} once; reading or making the model is not counted. */
  static Time time(Network network, String backend) {
    ModelSource model = network.source().get();
    long begin = System.nanoTime();
    CompileResult result = ModelCompiler.compile(network.request(model, "timed.Model", backend));
    long middle = System.nanoTime();
    LoadedModel.load(result.generated(), result.report().inputs(), result.report().outputs());
    return new Time(
        (middle - begin) / 1e9, (System.nanoTime() - middle) / 1e9, result.report().kernels());
  }

  /** Convolutions and activations in turn, of eight kinds. */
  static byte[] chain(int nodes) {
    OnnxModels graph = OnnxModels.graph().input("x", DType.FLOAT32, 1, 8, 16, 16);
    Random random = new Random(nodes);
    for (int k = 0; k < 4; k++) {
      int size = 1 + 2 * (k % 2);
      float[] w = new float[8 * 8 * size * size];
      for (int i = 0; i < w.length; i++) {
        w[i] = (float) (random.nextGaussian() * Math.sqrt(2.0 / (8 * size * size)));
      }
      graph.initializer("w" + k, Tensor.ofFloats(Shape.of(8, 8, size, size), w));
    }
    String last = "x";
    for (int i = 0; i < nodes; i++) {
      String next = i == nodes - 1 ? "y" : "v" + i;
      int kind = i / 2 % 4;
      int pad = kind % 2;
      if (i % 2 == 0) {
        graph.node(
            next + "=Conv(" + last + ",w" + kind + ")",
            attribute("pads", new int[] {pad, pad, pad, pad}));
      } else {
        graph.node(
            next
                + "="
                + List.of("Relu", "Sigmoid", "Tanh", "Softplus").get(kind)
                + "("
                + last
                + ")");
      }
      last = next;
    }
    return graph.output("y", DType.FLOAT32, 1, 8, 16, 16).model(OPSET).toByteArray();
  }

  /** Matrix products one after another, of 4 MB of weights each or of 1 MB. */
  static byte[] products(int megabytes) {
    int columns = megabytes % 4 == 0 ? MATRIX : MATRIX / 4;
    int layers = megabytes * (1 << 20) / (4 * MATRIX * columns);
    OnnxModels graph = OnnxModels.graph().input("x", DType.FLOAT32, 1, MATRIX);
    Random random = new Random(megabytes);
    String last = "x";
    for (int i = 0; i < layers; i++) {
      boolean narrow = i % 2 == 0;
      int k = narrow ? MATRIX : columns;
      float[] w = new float[MATRIX * columns];
      for (int j = 0; j < w.length; j++) {
        w[j] = (random.nextFloat() - 0.5f) / 16;
      }
      graph.initializer("w" + i, Tensor.ofFloats(Shape.of(k, w.length / k), w));
      graph.node("p" + i + "=MatMul(" + last + ",w" + i + ")").node("r" + i + "=Relu(p" + i + ")");
      last = "r" + i;
    }
    int width = layers % 2 == 0 ? MATRIX : columns;
    return graph
        .node("y=Identity(" + last + ")")
        .output("y", DType.FLOAT32, 1, width)
        .model(OPSET)
        .toByteArray();
  }
}
