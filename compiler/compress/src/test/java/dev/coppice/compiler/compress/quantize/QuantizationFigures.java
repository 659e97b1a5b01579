package dev.coppice.compiler.compress.quantize;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Prints what quantization costs and gains on the real networks, as tables in Markdown: accuracy on
 * whole evaluation sets, which calibration does not see, beside ONNX Runtime on the same file; and
 * time and bytes of the compiled classes. Arguments: names of {@link RealModels}; none stands for
 * all.
 */
public final class QuantizationFigures {
  private static final int CALIBRATION = 200;
  private static final int EVALUATION = 10_000;
  private static final int WARM_UP = 300;
  private static final int ROUNDS = 300;
  private static final String INT8 = "steps: [{method: quantize}]";
  private static final String INT4 =
      """
      steps:
        - {method: merge}
        - {method: quantize-weights, type: int4, granularity: group, rounding: reconstruct}
      """;

  private QuantizationFigures() {}

  /** Prints the tables. */
  public static void main(String[] args) throws OrtException {
    List<RealModels> models =
        args.length == 0
            ? List.of(RealModels.values())
            : Arrays.stream(args).map(RealModels::valueOf).toList();
    System.out.println(
        "| network | float | int8 | ONNX Runtime, same file | same predictions | int4 weights |");
    System.out.println("|---|---|---|---|---|---|");
    for (RealModels model : models) {
      System.out.println(accuracy(model));
    }
    System.out.println();
    System.out.println(
        "| network | backend | float us | int8 us | float bytes | int8 bytes | int4 bytes |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (RealModels model : models) {
      for (String backend : List.of("portable", "vector")) {
        System.out.println(speed(model, backend));
      }
    }
  }

  private static OnnxGraph compressed(RealModels model, String steps) {
    return model.compress(CALIBRATION, 1, "backend: vector\n" + steps).compressed();
  }

  private static String accuracy(RealModels model) throws OrtException {
    OnnxGraph quantized = compressed(model, INT8);
    CompiledModel before = compiled(model.graph(), "vector");
    CompiledModel int8 = compiled(quantized, "vector");
    CompiledModel int4 = compiled(compressed(model, INT4), "vector");
    Examples examples = model.evaluation(EVALUATION);
    int[] right = new int[4];
    int same = 0;
    try (OrtSession session =
        OrtEnvironment.getEnvironment().createSession(quantized.toProto().toByteArray())) {
      for (int e = 0; e < examples.count(); e++) {
        List<Tensor> inputs = examples.inputs(e);
        int[] said = {
          Metric.argmax(before.outputs(inputs).get(0)),
          Metric.argmax(int8.outputs(inputs).get(0)),
          runtime(session, quantized.inputs().get(0), inputs.get(0)),
          Metric.argmax(int4.outputs(inputs).get(0))
        };
        for (int i = 0; i < said.length; i++) {
          right[i] += said[i] == examples.label(e).orElseThrow() ? 1 : 0;
        }
        same += said[1] == said[2] ? 1 : 0;
      }
    }
    double each = 100.0 / examples.count();
    return String.format(
        Locale.ROOT,
        "| %s, %d examples | %.2f | %.2f | %.2f | %.2f | %.2f |",
        model,
        examples.count(),
        right[0] * each,
        right[1] * each,
        right[2] * each,
        same * each,
        right[3] * each);
  }

  private static CompiledModel compiled(OnnxGraph graph, String backend) {
    return CompiledModel.of(graph, List.of(), backend);
  }

  private static int runtime(OrtSession session, String input, Tensor x) throws OrtException {
    long[] dims = Arrays.stream(x.shape().dims()).asLongStream().toArray();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), FloatBuffer.wrap(x.toFloats()), dims);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      float[] scores = new float[((OnnxTensor) result.get(0)).getFloatBuffer().remaining()];
      ((OnnxTensor) result.get(0)).getFloatBuffer().get(scores);
      return Metric.argmax(
          Tensor.ofFloats(dev.coppice.compiler.tensor.Shape.of(scores.length), scores));
    }
  }

  private static String speed(RealModels model, String backend) {
    CompiledModel before = compiled(model.graph(), backend);
    CompiledModel int8 = compiled(compressed(model, INT8), backend);
    CompiledModel int4 = compiled(compressed(model, INT4), backend);
    List<Tensor> inputs = model.evaluation(1).inputs(0);
    double[] floatTimes = new double[ROUNDS];
    double[] int8Times = new double[ROUNDS];
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      double a = micros(before, inputs);
      double b = micros(int8, inputs);
      if (round >= 0) {
        floatTimes[round] = a;
        int8Times[round] = b;
      }
    }
    return String.format(
        Locale.ROOT,
        "| %s | %s | %.0f | %.0f | %d | %d | %d |",
        model,
        backend,
        median(floatTimes),
        median(int8Times),
        before.resourceBytes(),
        int8.resourceBytes(),
        int4.resourceBytes());
  }

  private static double micros(CompiledModel model, List<Tensor> inputs) {
    long start = System.nanoTime();
    model.outputs(inputs);
    return (System.nanoTime() - start) / 1e3;
  }

  private static double median(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
