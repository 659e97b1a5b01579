package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Batch normalizations folded into the layers before them, and the factors of Gemm into its
 * constants, so that what is quantized is what is multiplied: {@code W' = t W}, {@code b' = t (b -
 * mean) + beta} with {@code t = gamma / sqrt(var + epsilon)}. Equal up to rounding. The layer then
 * computes the value that the normalization computed.
 */
final class FoldedLayers {
  private FoldedLayers() {}

  /** Folds what can be folded in {@code graph}. */
  static void fold(OnnxGraph graph) {
    for (NodeProto node : graph.nodes()) {
      if (Nodes.is(node, "BatchNormalization")) {
        foldNormalization(graph, node);
      }
    }
    for (NodeProto node : graph.nodes()) {
      if (Nodes.is(node, "Gemm")) {
        foldFactors(graph, node);
      }
    }
    graph.sweep();
  }

  private static void foldNormalization(OnnxGraph graph, NodeProto node) {
    boolean inference =
        Nodes.integer(node, "training_mode", 0) == 0
            && node.getOutputList().stream().filter(o -> !o.isEmpty()).count() == 1
            && node.getInputList().stream().skip(1).allMatch(graph::isConstant);
    Optional<Layer> layer =
        graph
            .producer(node.getInput(0))
            .filter(p -> graph.soleConsumer(node.getInput(0)).isPresent())
            .flatMap(p -> foldable(graph, p));
    if (!inference || layer.isEmpty()) {
      return;
    }
    int channels = graph.shape(node.getInput(1)).size();
    double[] factors = new double[channels];
    double[] shifts = new double[channels];
    float epsilon = Nodes.number(node, "epsilon", 1e-5f);
    for (int c = 0; c < channels; c++) {
      double t = at(graph, node, 1, c) / Math.sqrt(at(graph, node, 4, c) + epsilon);
      factors[c] = t;
      shifts[c] = at(graph, node, 2, c) - t * at(graph, node, 3, c);
    }
    NodeProto scaled = scaled(graph, layer.get(), factors, shifts);
    graph.remove(node);
    graph.replace(layer.get().node(), scaled.toBuilder().setOutput(0, node.getOutput(0)).build());
  }

  private static double at(OnnxGraph graph, NodeProto node, int operand, int i) {
    return graph.constant(node.getInput(operand)).orElseThrow().doubleAt(i);
  }

  /** The layer that {@code node} is if a factor and a shift per channel fit into its constants. */
  private static Optional<Layer> foldable(OnnxGraph graph, NodeProto node) {
    List<Layer> layers = Layer.of(node, graph);
    if (layers.size() != 1) {
      return Optional.empty();
    }
    Layer layer = layers.get(0);
    boolean kind =
        switch (layer.kind()) {
          case CONV -> true;
          case CONV_TRANSPOSE -> layer.groups() == 1;
          case GEMM -> layer.operand() == 1;
          case MATMUL, RECURRENT -> false;
        };
    int channels = graph.shape(layer.weights()).dim(layer.outAxis());
    Optional<String> bias = Nodes.input(node, 2);
    boolean biasFits =
        bias.isEmpty()
            || layer.bias().isPresent()
                && List.of(1, channels).contains(graph.shape(layer.bias().get()).size());
    return kind && biasFits ? Optional.of(layer) : Optional.empty();
  }

  /** The layer's node with {@code factors * result + shifts} per channel as its result. */
  private static NodeProto scaled(OnnxGraph graph, Layer layer, double[] factors, double[] shifts) {
    Tensor w = graph.constant(layer.weights()).orElseThrow();
    WeightGroups channels = WeightGroups.channels(w.shape(), layer.outAxis());
    Tensor weights = Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) * factors[channels.of(i)]);
    Optional<Tensor> b = layer.bias().flatMap(graph::constant);
    double beta = Nodes.number(layer.node(), "beta", 1);
    float[] bias = new float[factors.length];
    for (int c = 0; c < bias.length; c++) {
      int at = c;
      double before = b.map(t -> t.doubleAt(t.size() == 1 ? 0 : at)).orElse(0.0);
      bias[c] = (float) (factors[c] * before * beta + shifts[c]);
    }
    NodeProto node = Nodes.without(layer.node(), "beta");
    node = Nodes.withInput(node, layer.operand(), put(graph, layer.weights(), weights));
    String name = layer.bias().orElse(layer.weights() + "_bias");
    return Nodes.withInput(node, 2, put(graph, name, Tensor.ofFloats(Shape.of(bias.length), bias)));
  }

  /** The constant under its old name if nothing else reads it. */
  private static String put(OnnxGraph graph, String name, Tensor data) {
    if (graph.isConstant(name) && graph.consumers(name).size() == 1) {
      graph.constant(name, data);
      return name;
    }
    return graph.addConstant(name, data);
  }

  private static void foldFactors(OnnxGraph graph, NodeProto node) {
    float alpha = Nodes.number(node, "alpha", 1);
    float beta = Nodes.number(node, "beta", 1);
    Optional<Layer> layer = foldable(graph, node);
    if (alpha == 1 && beta == 1 || layer.isEmpty()) {
      return;
    }
    Tensor w = graph.constant(layer.get().weights()).orElseThrow();
    Tensor weights = Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) * alpha);
    NodeProto plain = Nodes.without(Nodes.without(node, "alpha"), "beta");
    plain = Nodes.withInput(plain, 1, put(graph, layer.get().weights(), weights));
    if (layer.get().bias().isPresent()) {
      String bias = layer.get().bias().get();
      Tensor b = graph.constant(bias).orElseThrow();
      Tensor scaled = Tensor.fromDoubles(b.type(), i -> b.doubleAt(i) * beta);
      plain = Nodes.withInput(plain, 2, put(graph, bias, scaled));
    }
    graph.replace(node, plain);
  }
}
