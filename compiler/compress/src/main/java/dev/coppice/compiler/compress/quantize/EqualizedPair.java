package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Two layers between which each channel can be scaled: what the first computes reaches the second
 * alone, through operators that pass a positive factor of a channel on.
 *
 * @param first the layer that computes the channels
 * @param second the layer that reads them
 * @param channels how many there are
 * @param run elements of the input of a dense second layer that are one channel, otherwise 1
 * @param clips bounded activations in between, through which a factor does not pass
 */
record EqualizedPair(Layer first, Layer second, int channels, int run, List<NodeProto> clips) {
  private static final Set<String> HOMOGENEOUS = Set.of("Relu", "LeakyRelu", "Identity", "Dropout");
  private static final Set<String> SPATIAL =
      Set.of("MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "Pad");
  private static final Set<String> FLATTENING = Set.of("Flatten", "Reshape", "Squeeze");

  EqualizedPair {
    clips = List.copyOf(clips);
  }

  /** The pair that begins with {@code first}; empty if there is none. */
  static Optional<EqualizedPair> after(
      Layer first, OnnxGraph graph, Map<String, List<Layer>> layers) {
    boolean single =
        first.kind() == Layer.Kind.CONV
            || (first.kind() == Layer.Kind.GEMM || first.kind() == Layer.Kind.MATMUL)
                && first.operand() == 1;
    if (!single || !isOwn(first, graph)) {
      return Optional.empty();
    }
    int channels = graph.shape(first.weights()).dim(first.outAxis());
    boolean spatial = first.kind() == Layer.Kind.CONV;
    int run = 1;
    List<NodeProto> clips = new ArrayList<>();
    String value = first.output();
    Optional<NodeProto> next = graph.soleConsumer(value);
    while (next.isPresent() && !layers.containsKey(next.get().getOutput(0))) {
      NodeProto node = next.get();
      if (isClip(node, graph)) {
        clips.add(node);
      } else if (spatial && isFlattening(node, graph, value)) {
        run = graph.shape(value).sizeOf(2, graph.shape(value).rank());
        spatial = false;
      } else if (!passes(node, spatial, graph)) {
        return Optional.empty();
      }
      value = node.getOutput(0);
      next = graph.soleConsumer(value);
    }
    if (next.isEmpty()) {
      return Optional.empty();
    }
    List<Layer> second = layers.get(next.get().getOutput(0));
    return second != null && second.size() == 1 && reads(second.get(0), value, spatial, graph)
        ? Optional.of(new EqualizedPair(first, second.get(0), channels, run, clips))
        : Optional.empty();
  }

  /** Whether nothing else uses the constants of {@code layer}. */
  private static boolean isOwn(Layer layer, OnnxGraph graph) {
    int channels = graph.shape(layer.weights()).dim(layer.outAxis());
    // The last axis of a Gemm's bias is that of channels; a column is one number per row.
    boolean perChannel =
        layer
            .bias()
            .map(graph::shape)
            .filter(b -> b.size() == channels)
            .filter(b -> channels == 1 || b.dim(b.rank() - 1) == channels)
            .isPresent();
    boolean bias =
        layer.bias().isPresent()
            ? perChannel && graph.consumers(layer.bias().get()).size() == 1
            : Nodes.input(layer.node(), 2).isEmpty();
    return graph.consumers(layer.weights()).size() == 1 && bias;
  }

  private static boolean reads(Layer second, String value, boolean spatial, OnnxGraph graph) {
    boolean dense =
        (second.kind() == Layer.Kind.GEMM && Nodes.integer(second.node(), "transA", 0) == 0
                || second.kind() == Layer.Kind.MATMUL && graph.shape(second.weights()).rank() == 2)
            && second.operand() == 1;
    return second.input().equals(value)
        && graph.consumers(second.weights()).size() == 1
        && (spatial ? second.kind() == Layer.Kind.CONV : dense);
  }

  private static boolean passes(NodeProto node, boolean spatial, OnnxGraph graph) {
    if (!Nodes.isStandard(node) || node.getOutputCount() != 1) {
      return false;
    }
    return HOMOGENEOUS.contains(node.getOpType())
        || spatial
            && SPATIAL.contains(node.getOpType())
            && (!node.getOpType().equals("Pad") || QuantizationPlan.moves(node, graph));
  }

  private static boolean isClip(NodeProto node, OnnxGraph graph) {
    if (!Nodes.is(node, "Clip") || !QuantizationPlan.bounds(node, graph)) {
      return false;
    }
    Optional<Tensor> min = Nodes.input(node, 1).flatMap(graph::constant);
    // Others than ReLU6 and the like are no Relu even without their upper bound.
    return min.map(m -> m.doubleAt(0)).orElse((double) Nodes.number(node, "min", -1)) == 0;
  }

  /** Whether {@code node} makes rows of whole channels of {@code [N, C, spatial...]}. */
  private static boolean isFlattening(NodeProto node, OnnxGraph graph, String value) {
    Shape from = graph.shape(value);
    Shape to = graph.shape(node.getOutput(0));
    return Nodes.isStandard(node)
        && FLATTENING.contains(node.getOpType())
        && from.rank() > 2
        && to.rank() == 2
        && to.dim(0) == from.dim(0)
        && to.dim(1) == from.sizeOf(1, from.rank());
  }

  /** Largest magnitude of the weights that compute each channel. */
  double[] rangesOfFirst(OnnxGraph graph) {
    Tensor w = graph.constant(first.weights()).orElseThrow();
    WeightGroups groups = WeightGroups.channels(w.shape(), first.outAxis());
    double[] ranges = new double[channels];
    for (int i = 0; i < w.size(); i++) {
      ranges[groups.of(i)] = Math.max(ranges[groups.of(i)], Math.abs(w.floatAt(i)));
    }
    return ranges;
  }

  /** Largest magnitude of the weights that read each channel. */
  double[] rangesOfSecond(OnnxGraph graph) {
    Tensor w = graph.constant(second.weights()).orElseThrow();
    double[] ranges = new double[channels];
    for (int i = 0; i < w.size(); i++) {
      int c = channelRead(w.shape(), i);
      ranges[c] = Math.max(ranges[c], Math.abs(w.floatAt(i)));
    }
    return ranges;
  }

  /** The channel that weight {@code i} of the second layer, of shape {@code w}, multiplies. */
  private int channelRead(Shape w, int i) {
    int input = WeightGroups.channels(w, second.inAxis()).of(i);
    if (second.kind() != Layer.Kind.CONV) {
      return input / run;
    }
    int outputsPerGroup = w.dim(0) / second.groups();
    int output = i / w.sizeOf(1, w.rank());
    return output / outputsPerGroup * w.dim(1) + input;
  }

  /** Divides each channel by its factor in the first layer and multiplies by it in the second. */
  void scale(OnnxGraph graph, double[] factors) {
    Tensor w = graph.constant(first.weights()).orElseThrow();
    WeightGroups groups = WeightGroups.channels(w.shape(), first.outAxis());
    graph.constant(
        first.weights(), Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) / factors[groups.of(i)]));
    if (first.bias().isPresent()) {
      Tensor b = graph.constant(first.bias().get()).orElseThrow();
      graph.constant(
          first.bias().get(), Tensor.fromDoubles(b.type(), i -> b.doubleAt(i) / factors[i]));
    }
    Tensor v = graph.constant(second.weights()).orElseThrow();
    graph.constant(
        second.weights(),
        Tensor.fromDoubles(v.type(), i -> v.doubleAt(i) * factors[channelRead(v.shape(), i)]));
  }
}
