package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.compress.model.KeptChannels;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * That a layer, perhaps after a batch normalization, is a term of a sum whose other term comes from
 * before the layer: then it can make up for what the other term lost.
 *
 * @param other the other term
 * @param factors what the layer's output channels are multiplied with before the sum, 0 if that is
 *     next to nothing
 * @param places the original's channels of the other term
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record ResidualTerm(String other, double[] factors, int[] places) {
  /** Below this part of the largest factor a channel cannot make up for anything. */
  private static final double SMALL = 0.05;

  ResidualTerm {
    double least = SMALL * Arrays.stream(factors).map(Math::abs).max().orElse(0);
    factors = Arrays.stream(factors).map(f -> Math.abs(f) < least ? 0 : f).toArray();
  }

  static Optional<ResidualTerm> of(
      Layer layer, OnnxGraph graph, OnnxGraph original, KeptChannels kept) {
    if (layer.kind() != Layer.Kind.CONV) {
      return Optional.empty();
    }
    String value = layer.output();
    int channels = graph.shape(value).dim(1);
    double[] factors = new double[channels];
    Arrays.fill(factors, 1);
    Optional<NodeProto> reader = graph.soleConsumer(value);
    if (reader.isPresent() && Nodes.is(reader.get(), "BatchNormalization")) {
      Optional<double[]> scales = scales(reader.get(), graph);
      if (scales.isEmpty()) {
        return Optional.empty();
      }
      factors = scales.get();
      value = reader.get().getOutput(0);
      reader = graph.soleConsumer(value);
    }
    if (reader.isEmpty() || !Nodes.is(reader.get(), "Add")) {
      return Optional.empty();
    }
    String own = value;
    List<String> others = reader.get().getInputList().stream().filter(i -> !i.equals(own)).toList();
    boolean fits =
        others.size() == 1
            && !graph.isConstant(others.get(0))
            && original.hasType(others.get(0))
            && graph.shape(others.get(0)).equals(graph.shape(layer.output()))
            && isUpstream(others.get(0), layer, graph);
    if (!fits) {
      return Optional.empty();
    }
    int[] all = new int[channels];
    Arrays.setAll(all, i -> i);
    int[] places = kept.of(others.get(0)).orElse(all);
    return places.length == channels
        ? Optional.of(new ResidualTerm(others.get(0), factors, places))
        : Optional.empty();
  }

  /** The factors of a batch normalization of constants. */
  static Optional<double[]> scales(NodeProto node, OnnxGraph graph) {
    Optional<Tensor> scale = graph.constant(node.getInput(1));
    Optional<Tensor> variance = graph.constant(node.getInput(4));
    if (scale.isEmpty() || variance.isEmpty()) {
      return Optional.empty();
    }
    float epsilon = Nodes.number(node, "epsilon", 1e-5f);
    double[] factors = new double[scale.get().size()];
    for (int c = 0; c < factors.length; c++) {
      factors[c] = scale.get().doubleAt(c) / Math.sqrt(variance.get().doubleAt(c) + epsilon);
    }
    return Optional.of(factors);
  }

  /** Whether no layer lies on the way to {@code value} that comes after {@code layer}. */
  private static boolean isUpstream(String value, Layer layer, OnnxGraph graph) {
    Set<String> behind = new LinkedHashSet<>();
    boolean seen = false;
    for (NodeProto node : graph.nodes()) {
      seen |= node.getOutput(0).equals(layer.output());
      if (seen
          && (!Layer.of(node, graph).isEmpty()
              || Nodes.reads(node).stream().anyMatch(behind::contains))) {
        behind.addAll(node.getOutputList());
      }
    }
    return !behind.contains(value);
  }

  /** What the layer's output needs more, for the sum to be the original's. */
  float gap(int channel, int position, LayerGeometry g, Tensor whole, Tensor lost) {
    if (factors[channel] == 0) {
      return 0;
    }
    int originals = whole.size() / g.positions();
    double gap =
        whole.doubleAt(g.place(position, places[channel], originals))
            - lost.doubleAt(g.place(position, channel, factors.length));
    return (float) (gap / factors[channel]);
  }
}
