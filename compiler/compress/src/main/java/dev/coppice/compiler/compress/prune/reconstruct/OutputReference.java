package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Optional;

/**
 * What the output of a layer is measured by: the sum that it is a term of, or its normalization, or
 * itself.
 *
 * @param value the value whose deviation counts
 * @param factors what output channels are multiplied with on the way there; empty for 1
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
public record OutputReference(String value, double[] factors) {
  /** The reference of {@code layer}. */
  public static OutputReference of(Layer layer, OnnxGraph graph) {
    String value = layer.output();
    double[] factors = new double[0];
    Optional<NodeProto> reader = graph.soleConsumer(value);
    if (reader.isPresent() && Nodes.is(reader.get(), "BatchNormalization")) {
      factors = ResidualTerm.scales(reader.get(), graph).orElse(factors);
      value = reader.get().getOutput(0);
      reader = graph.soleConsumer(value);
    }
    if (reader.isPresent()
        && Nodes.is(reader.get(), "Add")
        && graph.shape(reader.get().getOutput(0)).equals(graph.shape(value))) {
      value = reader.get().getOutput(0);
    }
    return new OutputReference(value, factors);
  }

  /** What output channel {@code channel} is multiplied with. */
  public double factor(int channel) {
    return factors.length == 0 ? 1 : factors[channel];
  }
}
