package dev.coppice.examples.benchmarks.compression;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Whether ONNX Runtime predicts what the compiled class does. */
final class RuntimePredictions {
  private RuntimePredictions() {}

  /** Percent of examples for which the largest element of the first output is at one place. */
  static double agreement(OnnxGraph graph, Examples examples, String backend) {
    CompiledModel model = CompiledModel.of(graph, List.of(), backend);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(graph.toProto().toByteArray(), options)) {
        int equal = 0;
        for (int i = 0; i < examples.count(); i++) {
          List<Tensor> inputs = examples.inputs(i);
          int own = Metric.argmax(model.outputs(inputs).get(0));
          equal += own == argmax(environment, session, graph, inputs.get(0)) ? 1 : 0;
        }
        return 100.0 * equal / Math.max(1, examples.count());
      }
    } catch (OrtException e) {
      throw new UnsupportedOperationException(
          "ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  private static int argmax(
      OrtEnvironment environment, OrtSession session, OnnxGraph graph, Tensor input)
      throws OrtException {
    long[] shape = Arrays.stream(input.shape().dims()).asLongStream().toArray();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.toFloats()), shape);
        OrtSession.Result result = session.run(Map.of(graph.inputs().get(0), tensor))) {
      FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
      int best = 0;
      for (int i = 1; i < output.limit(); i++) {
        best = output.get(i) > output.get(best) ? i : best;
      }
      return best;
    }
  }
}
