package dev.coppice.compiler.cli.against;

import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Map;

/** A model in another runtime, its inputs in place. */
public interface Peer extends AutoCloseable {
  /** The runtime's version. */
  String version();

  /** Runs the model once and drops the results. */
  void run();

  /**
   * Runs the model once: results by name, the declared ones of {@code outputs} that are tensors.
   *
   * @param outputs what the compiled class has as outputs
   */
  Map<String, Tensor> outputs(Iterable<Port> outputs);

  @Override
  void close();
}
