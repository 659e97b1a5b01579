package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.Shared;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/**
 * The network of the calibration experiment: a perceptron 64-300-100-10 with ReLU (normal Glorot,
 * plain SGD with rate 0.1, batches of 60, 60 epochs) on 8x8 digits divided by 16, of which 1297
 * train and 500 test. It is trained here, in a second or two, for a seed, which also shuffles the
 * digits, and kept. Its layers are the Gemm nodes {@code fc1}, {@code fc2} and {@code fc3} with
 * weights {@code fc1.weight: [out, in]}.
 */
public final class DigitsNetwork {
  /** Seeds over which the published figures are averaged. */
  public static final int SEEDS = 5;

  private static final int[] SIZES = {64, 300, 100, 10};
  private static final int TRAINED = 1297;
  private static final int BATCH = 60;
  private static final int EPOCHS = 60;
  private static final float RATE = 0.1f;
  private static final Map<Long, DigitsNetwork> KNOWN = new LinkedHashMap<>();

  private final float[][] pixels;
  private final int[] labels;
  private final float[][] weights = new float[3][];
  private final float[][] biases = new float[3][];

  private DigitsNetwork(long seed, List<float[]> rows) {
    List<float[]> shuffled = new ArrayList<>(rows);
    Random random = new Random(seed);
    Collections.shuffle(shuffled, random);
    pixels = new float[shuffled.size()][];
    labels = new int[shuffled.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = Arrays.copyOf(shuffled.get(i), SIZES[0]);
      labels[i] = (int) shuffled.get(i)[SIZES[0]];
    }
    for (int l = 0; l < 3; l++) {
      weights[l] = new float[SIZES[l] * SIZES[l + 1]];
      biases[l] = new float[SIZES[l + 1]];
      double deviation = Math.sqrt(2.0 / (SIZES[l] + SIZES[l + 1]));
      for (int i = 0; i < weights[l].length; i++) {
        weights[l][i] = (float) (random.nextGaussian() * deviation);
      }
    }
    train(random);
  }

  /** The network of {@code seed}, 0 to {@link #SEEDS}; the test is skipped without the digits. */
  public static synchronized DigitsNetwork of(long seed) {
    return KNOWN.computeIfAbsent(seed, s -> new DigitsNetwork(s, rows()));
  }

  private static List<float[]> rows() {
    Optional<Path> shared = Shared.folder();
    Assumptions.assumeTrue(shared.isPresent(), "skipped: the folder of shared models is absent");
    Path file = shared.orElseThrow().resolve("data/tabular/digits.csv.gz");
    List<float[]> rows = new ArrayList<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.US_ASCII))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] cells = line.split(",", -1);
        float[] row = new float[cells.length];
        for (int i = 0; i < row.length; i++) {
          row[i] = Float.parseFloat(cells[i]) / (i < SIZES[0] ? 16 : 1);
        }
        rows.add(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private void train(Random random) {
    Integer[] order = new Integer[TRAINED];
    Arrays.setAll(order, i -> i);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Collections.shuffle(Arrays.asList(order), random);
      for (int at = 0; at < TRAINED; at += BATCH) {
        step(order, at, Math.min(TRAINED, at + BATCH));
      }
    }
  }

  /** One step of stochastic gradient descent on the mean cross-entropy of a batch. */
  private void step(Integer[] order, int from, int to) {
    float[][] slopes = new float[3][];
    float[][] shifts = new float[3][];
    for (int l = 0; l < 3; l++) {
      slopes[l] = new float[weights[l].length];
      shifts[l] = new float[biases[l].length];
    }
    for (int i = from; i < to; i++) {
      accumulate(pixels[order[i]], labels[order[i]], slopes, shifts);
    }
    float rate = RATE / (to - from);
    for (int l = 0; l < 3; l++) {
      axpy(-rate, slopes[l], 0, weights[l], 0, weights[l].length);
      axpy(-rate, shifts[l], 0, biases[l], 0, biases[l].length);
    }
  }

  private void accumulate(float[] x, int label, float[][] slopes, float[][] shifts) {
    float[][] values = new float[4][];
    values[0] = x;
    for (int l = 0; l < 3; l++) {
      values[l + 1] = forward(l, values[l]);
    }
    float[] delta = softmax(values[3]);
    delta[label] -= 1;
    for (int l = 2; l >= 0; l--) {
      int in = SIZES[l];
      float[] before = new float[in];
      for (int o = 0; o < delta.length; o++) {
        shifts[l][o] += delta[o];
        if (delta[o] != 0) {
          axpy(delta[o], values[l], 0, slopes[l], o * in, in);
          axpy(delta[o], weights[l], o * in, before, 0, in);
        }
      }
      for (int i = 0; i < in; i++) {
        before[i] = values[l][i] > 0 ? before[i] : 0;
      }
      delta = before;
    }
  }

  private float[] forward(int l, float[] x) {
    float[] y = biases[l].clone();
    for (int o = 0; o < y.length; o++) {
      float sum = y[o];
      for (int i = 0; i < x.length; i++) {
        sum += weights[l][o * x.length + i] * x[i];
      }
      y[o] = l < 2 ? Math.max(0, sum) : sum;
    }
    return y;
  }

  private static void axpy(float a, float[] x, int xAt, float[] y, int yAt, int n) {
    for (int i = 0; i < n; i++) {
      y[yAt + i] += a * x[xAt + i];
    }
  }

  private static float[] softmax(float[] logits) {
    float max = Float.NEGATIVE_INFINITY;
    for (float v : logits) {
      max = Math.max(max, v);
    }
    float[] p = new float[logits.length];
    float sum = 0;
    for (int i = 0; i < p.length; i++) {
      p[i] = (float) Math.exp(logits[i] - max);
      sum += p[i];
    }
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
    return p;
  }

  /** The trained network: input {@code x: [1, 64]}, output {@code y: [1, 10]}. */
  public OnnxGraph graph() {
    OnnxModels model = OnnxModels.graph().input("x", DType.FLOAT32, 1, SIZES[0]);
    for (int l = 0; l < 3; l++) {
      model.initializer(
          "fc" + (l + 1) + ".weight",
          Tensor.ofFloats(Shape.of(SIZES[l + 1], SIZES[l]), weights[l].clone()));
      model.initializer(
          "fc" + (l + 1) + ".bias", Tensor.ofFloats(Shape.of(SIZES[l + 1]), biases[l].clone()));
    }
    model
        .node("fc1", "h1 = Gemm(x, fc1.weight, fc1.bias)", OnnxModels.attribute("transB", 1))
        .node("relu1", "r1 = Relu(h1)")
        .node("fc2", "h2 = Gemm(r1, fc2.weight, fc2.bias)", OnnxModels.attribute("transB", 1))
        .node("relu2", "r2 = Relu(h2)")
        .node("fc3", "y = Gemm(r2, fc3.weight, fc3.bias)", OnnxModels.attribute("transB", 1))
        .output("y", DType.FLOAT32, 1, SIZES[3]);
    return OnnxGraph.of(model.model(13), ImportOptions.of("digits.onnx"));
  }

  /** The 1297 digits that it was trained with. */
  public Examples training() {
    return examples(0, TRAINED);
  }

  /** The 500 digits that it has not seen. */
  public Examples test() {
    return examples(TRAINED, pixels.length);
  }

  private Examples examples(int from, int to) {
    List<List<Tensor>> inputs = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    for (int i = from; i < to; i++) {
      inputs.add(List.of(Tensor.ofFloats(Shape.of(1, SIZES[0]), pixels[i].clone())));
      classes.add(labels[i]);
    }
    return Examples.of(inputs, classes);
  }

  /** The fraction of the test digits that a version of the network recognises, interpreted. */
  public double accuracy(OnnxGraph version) {
    Graph graph =
        OnnxImporter.importModel(version.toProto(), version.options(), new DiagnosticSink());
    ReferenceInterpreter interpreter = new ReferenceInterpreter(graph);
    Examples test = test();
    int right = 0;
    for (int i = 0; i < test.count(); i++) {
      Tensor scores = interpreter.run(test.inputs(i)).get(0);
      right += Metric.argmax(scores) == test.label(i).orElseThrow() ? 1 : 0;
    }
    return (double) right / test.count();
  }
}
