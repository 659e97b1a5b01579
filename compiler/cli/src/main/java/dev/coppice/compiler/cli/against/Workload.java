package dev.coppice.compiler.cli.against;

import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What a {@link Peer} runs.
 *
 * @param model the ONNX model
 * @param inputs inputs of the compiled class
 * @param values a tensor for each of them
 * @param binds text of the inputs that are constants in the compiled class, by name
 * @param threads threads of the runtime; 0 for as many as it takes of its own accord
 */
public record Workload(
    ModelSource model,
    List<Port> inputs,
    List<Tensor> values,
    Map<String, String> binds,
    int threads) {
  public Workload {
    inputs = List.copyOf(inputs);
    values = List.copyOf(values);
    binds = Map.copyOf(binds);
    if (inputs.size() != values.size()) {
      throw new IllegalArgumentException(values.size() + " values for " + inputs.size() + " ports");
    }
    if (threads < 0) {
      throw new IllegalArgumentException(threads + " threads");
    }
  }
}
