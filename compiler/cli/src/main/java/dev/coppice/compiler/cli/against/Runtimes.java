package dev.coppice.compiler.cli.against;

import java.util.List;

/** The runtimes that compiled models can be measured against. */
public final class Runtimes {
  /** ONNX Runtime for Java. */
  public static final String ONNXRUNTIME = "onnxruntime";

  private Runtimes() {}

  /** What {@link #open} knows. */
  public static List<String> names() {
    return List.of(ONNXRUNTIME);
  }

  /**
   * Opens a model.
   *
   * @throws UnsupportedOperationException if the runtime is not on the class path, or refuses the
   *     model, with the reason and what to do
   * @throws IllegalArgumentException if there is no such runtime
   */
  public static Peer open(String runtime, Workload workload) {
    if (!names().contains(runtime)) {
      throw new IllegalArgumentException(
          "no runtime '" + runtime + "', expected one of " + names());
    }
    try {
      return OnnxRuntime.open(workload);
    } catch (NoClassDefFoundError e) {
      throw new UnsupportedOperationException(
          "ONNX Runtime is not on the class path. Get com.microsoft.onnxruntime:onnxruntime from"
              + " Maven Central and start: java -cp coppice.jar:onnxruntime.jar"
              + " dev.coppice.compiler.cli.Coppice bench ... (';' for ':' on Windows)",
          e);
    }
  }
}
