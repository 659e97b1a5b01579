package dev.coppice.compiler.random;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs models on ONNX Runtime as they are written, without its optimizations. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /** Outputs of {@code model} for float inputs in the order of its graph. */
  static List<Tensor> run(ModelProto model, Map<String, Tensor> inputs) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> fed = new LinkedHashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      for (Map.Entry<String, Tensor> e : inputs.entrySet()) {
        long[] dims = Arrays.stream(e.getValue().shape().dims()).asLongStream().toArray();
        FloatBuffer data = FloatBuffer.wrap(e.getValue().toFloats());
        fed.put(e.getKey(), OnnxTensor.createTensor(environment, data, dims));
      }
      try (OrtSession session = environment.createSession(model.toByteArray(), options);
          OrtSession.Result result = session.run(fed)) {
        List<Tensor> outputs = new ArrayList<>();
        for (Map.Entry<String, OnnxValue> e : result) {
          outputs.add(tensor((OnnxTensor) e.getValue()));
        }
        return outputs;
      }
    } finally {
      fed.values().forEach(OnnxTensor::close);
    }
  }

  private static Tensor tensor(OnnxTensor t) {
    int[] dims = Arrays.stream(t.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    FloatBuffer buffer = t.getFloatBuffer();
    float[] data = new float[buffer.remaining()];
    buffer.get(data);
    return Tensor.ofFloats(Shape.of(dims), data);
  }
}
