package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/** The bias of a layer, which it may not have yet. */
public final class LayerBias {
  private LayerBias() {}

  /**
   * What a layer computes inside for an input that is {@code means} everywhere.
   *
   * @param means a number for each input channel
   * @return a number for each output channel
   */
  public static double[] response(OnnxGraph graph, Layer layer, double[] means) {
    Tensor w = graph.constant(layer.weights()).orElseThrow();
    int[] dims = w.shape().dims();
    int[] strides = w.shape().strides();
    boolean transposed = layer.kind() == Layer.Kind.CONV_TRANSPOSE;
    int perGroupOut = dims[layer.outAxis()] / (transposed ? 1 : layer.groups());
    int perGroupIn = dims[layer.inAxis()] / (transposed ? layer.groups() : 1);
    double[] sums = new double[perGroupOut * layer.groups()];
    float alpha = layer.kind() == Layer.Kind.GEMM ? Nodes.number(layer.node(), "alpha", 1) : 1;
    for (int i = 0; i < w.size(); i++) {
      int out = i / strides[layer.outAxis()] % dims[layer.outAxis()];
      int in = i / strides[layer.inAxis()] % dims[layer.inAxis()];
      int group = transposed ? in / perGroupIn : out / perGroupOut;
      int o = transposed ? group * perGroupOut + out : out;
      int c = transposed ? in : group * perGroupIn + in;
      sums[o] += alpha * w.doubleAt(i) * means[c];
    }
    return sums;
  }

  /**
   * Adds {@code more}, a number for each output channel, to the bias of {@code layer}; one that is
   * no constant, is no number per channel or is ignored stays. Channels of a Gemm whose weights are
   * the left operand are the rows of its result, so its bias is a column.
   */
  public static void add(OnnxGraph graph, Layer layer, double[] more) {
    NodeProto node = find(graph, layer);
    if (layer.kind() == Layer.Kind.MATMUL) {
      addAfter(graph, layer, node, more);
      return;
    }
    boolean gemm = layer.kind() == Layer.Kind.GEMM;
    boolean isColumn = gemm && layer.operand() == 0;
    float beta = gemm ? Nodes.number(node, "beta", 1) : 1;
    int n = more.length;
    Tensor before = Nodes.input(node, 2).flatMap(graph::constant).orElse(null);
    boolean fits = before == null || before.size() == 1 || isAlong(before.shape(), isColumn, n);
    if (Nodes.input(node, 2).isPresent() && before == null || beta == 0 || !fits) {
      return;
    }
    float[] bias = new float[n];
    for (int i = 0; i < n; i++) {
      double own = before == null ? 0 : before.doubleAt(i % before.size());
      bias[i] = (float) (own + more[i] / beta);
    }
    Shape shape = isColumn ? Shape.of(n, 1) : Shape.of(n);
    String name = graph.addConstant(Nodes.label(node) + "_bias", Tensor.ofFloats(shape, bias));
    graph.replace(node, Nodes.withInput(node, 2, name));
  }

  private static boolean isAlong(Shape bias, boolean isColumn, int n) {
    return bias.size() == n
        && (isColumn
            ? bias.rank() == 2 && bias.dim(0) == n
            : bias.rank() > 0 && bias.dim(bias.rank() - 1) == n);
  }

  /** The node of a layer as it is now, whose bias may have changed since. */
  private static NodeProto find(OnnxGraph graph, Layer layer) {
    return graph.producer(layer.output()).orElseThrow();
  }

  private static void addAfter(OnnxGraph graph, Layer layer, NodeProto node, double[] more) {
    int rank = graph.shape(layer.output()).rank();
    float[] bias = new float[more.length];
    for (int i = 0; i < bias.length; i++) {
      bias[i] = (float) more[i];
    }
    boolean lastAxis = layer.operand() == 1;
    Shape shape = lastAxis || rank < 2 ? Shape.of(bias.length) : Shape.of(bias.length, 1);
    String product = graph.fresh(layer.output() + "_product");
    String name = graph.addConstant(Nodes.label(node) + "_bias", Tensor.ofFloats(shape, bias));
    graph.replace(
        node,
        List.of(
            node.toBuilder().setOutput(0, product).build(),
            Nodes.of(
                "Add",
                graph.fresh(Nodes.label(node) + "_bias_add"),
                List.of(product, name),
                List.of(layer.output()))));
  }

  /** What the bias of {@code layer} adds to each of its {@code channels}; zeros without one. */
  public static double[] of(OnnxGraph graph, Layer layer, int channels) {
    double[] bias = new double[channels];
    float beta = layer.kind() == Layer.Kind.GEMM ? Nodes.number(layer.node(), "beta", 1) : 1;
    Tensor given =
        layer.kind() == Layer.Kind.MATMUL
            ? null
            : Nodes.input(find(graph, layer), 2).flatMap(graph::constant).orElse(null);
    for (int i = 0; i < channels && given != null; i++) {
      bias[i] = beta * given.doubleAt(i % given.size());
    }
    return bias;
  }
}
