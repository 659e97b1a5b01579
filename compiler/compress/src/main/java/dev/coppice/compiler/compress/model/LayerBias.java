package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntToDoubleFunction;

/**
 * The bias of a layer, a float32 constant or dequantized integers, and how it is changed. It has a
 * number per output channel; channels of a Gemm whose weights are the left operand are the rows of
 * its result, so its bias is a column.
 */
public final class LayerBias {
  private static final Set<String> WITH_BIAS = Set.of("Conv", "ConvTranspose", "Gemm");

  private LayerBias() {}

  /**
   * Adds {@code more} to the bias of the node that computes {@code output}; integers change by
   * whole steps.
   *
   * @param more one number per output channel
   * @return whether that was possible
   */
  public static boolean add(OnnxGraph graph, String output, double[] more) {
    NodeProto node = graph.producer(output).orElseThrow();
    double beta = Nodes.number(node, "beta", 1);
    if (!Nodes.isStandard(node) || !WITH_BIAS.contains(node.getOpType()) || beta == 0) {
      return false;
    }
    Shape perChannel = shape(graph, node, more.length);
    Optional<String> bias = Nodes.input(node, 2);
    Optional<NodeProto> stored = bias.flatMap(graph::producer);
    if (bias.isEmpty()) {
      Tensor added = floats(perChannel, c -> more[c] / beta);
      graph.replace(node, Nodes.withInput(node, 2, graph.addConstant(output + "_bias", added)));
      return true;
    }
    if (graph.isConstant(bias.get())) {
      Tensor before = graph.constant(bias.get()).orElseThrow();
      boolean one = before.size() == 1;
      if (!one && !isAlong(before.shape(), perChannel)) {
        return false;
      }
      Tensor sum =
          floats(
              one ? perChannel : before.shape(),
              c -> before.doubleAt(one ? 0 : c) + more[c] / beta);
      String name = graph.addConstant(bias.get(), sum);
      graph.replace(node, Nodes.withInput(node, 2, name));
      return true;
    }
    return stored.isPresent()
        && Nodes.is(stored.get(), "DequantizeLinear")
        && addSteps(graph, node, stored.get(), perChannel, c -> more[c] / beta);
  }

  /**
   * Adds {@code more} to what {@code layer} computes: to its bias, or behind a product, which has
   * none.
   *
   * @param more one number per output channel
   * @return whether that was possible
   */
  public static boolean add(OnnxGraph graph, Layer layer, double[] more) {
    if (layer.kind() == Layer.Kind.MATMUL) {
      addAfter(graph, layer, find(graph, layer), more);
      return true;
    }
    return add(graph, layer.output(), more);
  }

  /** The shape of a bias of {@code n} numbers that are added to channels. */
  private static Shape shape(OnnxGraph graph, NodeProto node, int n) {
    boolean isColumn =
        Nodes.is(node, "Gemm")
            && graph.known(node.getInput(0)).isPresent()
            && graph.known(node.getInput(1)).isEmpty();
    return isColumn ? Shape.of(n, 1) : Shape.of(n);
  }

  /** Whether {@code bias} lies along the axis that {@code perChannel} does. */
  private static boolean isAlong(Shape bias, Shape perChannel) {
    boolean isColumn = perChannel.rank() == 2;
    int axis = isColumn ? 0 : bias.rank() - 1;
    return bias.size() == perChannel.size()
        && (isColumn ? bias.rank() == 2 : bias.rank() > 0)
        && bias.dim(axis) == bias.size();
  }

  private static boolean addSteps(
      OnnxGraph graph,
      NodeProto node,
      NodeProto stored,
      Shape perChannel,
      IntToDoubleFunction more) {
    Optional<Tensor> steps = graph.constant(stored.getInput(0));
    Optional<Tensor> scales = graph.constant(stored.getInput(1));
    boolean fits =
        steps.isPresent()
            && scales.isPresent()
            && steps.get().dtype() == DType.INT32
            && isAlong(steps.get().shape(), perChannel);
    if (!fits) {
      return false;
    }
    boolean one = scales.get().size() == 1;
    Tensor sum =
        Tensor.fromLongs(
            steps.get().type(),
            c ->
                steps.get().longAt(c)
                    + Math.round(more.applyAsDouble(c) / scales.get().doubleAt(one ? 0 : c)));
    String integers = graph.addConstant(stored.getInput(0), sum);
    String value = graph.fresh(stored.getOutput(0));
    NodeProto again =
        Nodes.withInput(stored, 0, integers).toBuilder()
            .setOutput(0, value)
            .setName(graph.fresh(stored.getName()))
            .build();
    graph.insertFirst(List.of(again));
    graph.replace(node, Nodes.withInput(node, 2, value));
    return true;
  }

  private static Tensor floats(Shape shape, IntToDoubleFunction f) {
    return Tensor.fromDoubles(new TensorType(DType.FLOAT32, shape), f);
  }

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

  /** The node of a layer as it is now, whose bias may have changed since. */
  private static NodeProto find(OnnxGraph graph, Layer layer) {
    return graph.producer(layer.output()).orElseThrow();
  }

  /** An addition behind a product, which has no bias. */
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
