package dev.coppice.compiler.cli.against;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.Literals;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A session of ONNX Runtime for Java on the CPU with all its graph optimizations. Inputs are native
 * buffers that are filled once, and results are not copied to Java: what is measured is the model.
 */
final class OnnxRuntime implements Peer {
  /** What an optional input is bound to that is absent. */
  private static final String ABSENT = "none";

  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Map<String, OnnxTensor> feed = new LinkedHashMap<>();

  private OnnxRuntime(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  static OnnxRuntime open(Workload workload) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.setIntraOpNumThreads(workload.threads());
      options.setInterOpNumThreads(workload.threads());
      OnnxRuntime peer =
          new OnnxRuntime(environment, session(environment, workload.model(), options));
      try {
        peer.feed(workload);
        return peer;
      } catch (OrtException | RuntimeException e) {
        peer.close();
        throw e;
      }
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  /** A file is opened as such, since its external data lies beside it. */
  private static OrtSession session(
      OrtEnvironment environment, ModelSource model, OrtSession.SessionOptions options)
      throws OrtException {
    return model instanceof ModelSource.OfFile file
        ? environment.createSession(file.file().toString(), options)
        : environment.createSession(model.load(ImportLimits.defaults()).toByteArray(), options);
  }

  private void feed(Workload workload) throws OrtException {
    Map<String, NodeInfo> wanted = session.getInputInfo();
    for (int i = 0; i < workload.values().size(); i++) {
      String name = workload.inputs().get(i).name();
      if (!wanted.containsKey(name)) {
        throw new UnsupportedOperationException(
            "input "
                + name
                + " is part of a sequence or optional, which ONNX Runtime is not given");
      }
      feed.put(name, OrtTensors.write(environment, workload.values().get(i)));
    }
    for (Map.Entry<String, NodeInfo> input : wanted.entrySet()) {
      String text = workload.binds().get(input.getKey());
      if (text != null
          && !text.equals(ABSENT)
          && input.getValue().getInfo() instanceof TensorInfo t) {
        Tensor value = Literals.parse(text, OrtTensors.type(t, Literals.count(text)));
        feed.put(input.getKey(), OrtTensors.write(environment, value));
      } else if (text == null && !feed.containsKey(input.getKey())) {
        throw new UnsupportedOperationException(
            "input " + input.getKey() + " is none of the compiled class; bind it with --bind");
      }
    }
  }

  @Override
  public String version() {
    return environment.getVersion();
  }

  @Override
  public void run() {
    try {
      session.run(feed).close();
    } catch (OrtException e) {
      throw refused(e);
    }
  }

  @Override
  public Map<String, Tensor> outputs(Iterable<Port> outputs) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (OrtSession.Result result = session.run(feed)) {
      for (Port port : outputs) {
        Optional<OnnxValue> value = result.get(port.name());
        if (value.isPresent() && value.get() instanceof OnnxTensor tensor) {
          tensors.put(port.name(), OrtTensors.read(tensor));
        }
      }
    } catch (OrtException e) {
      throw refused(e);
    }
    return tensors;
  }

  private static UnsupportedOperationException refused(OrtException e) {
    return new UnsupportedOperationException(
        "ONNX Runtime refuses the model: " + e.getMessage(), e);
  }

  /** The environment stays: there is one in a process. */
  @Override
  public void close() {
    feed.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime cannot close its session", e);
    }
  }
}
