package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.model.Rewiring;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Writes a {@link QuantizationPlan} into a graph: QuantizeLinear and DequantizeLinear behind each
 * value, weights as integers, biases as int32 with the scale of the sums, {@code Sx * Sw}. This is
 * the form that ONNX Runtime and this compiler turn into kernels on integers.
 */
final class QuantizerNodes {
  /**
   * Largest bias in steps of the sums. A channel whose weights are tiny beside its bias gets a
   * coarser scale, which errs by less than the bias is rounded by, so that sums stay exact in a
   * float32.
   */
  private static final double MAX_BIAS = 1 << 22;

  private final OnnxGraph graph;
  private final QuantizationPlan plan;
  private final Map<String, ActivationQuantizer> quantizers;
  private final Function<Layer, QuantizedWeights> weights;
  private final boolean keepsBias;
  private final Map<String, String> stored = new LinkedHashMap<>();

  /**
   * A writer.
   *
   * @param weights the weights of a layer as integers
   * @param keepsBias whether each layer gets a bias
   */
  QuantizerNodes(
      OnnxGraph graph,
      QuantizationPlan plan,
      Map<String, ActivationQuantizer> quantizers,
      Function<Layer, QuantizedWeights> weights,
      boolean keepsBias) {
    this.graph = graph;
    this.plan = plan;
    this.quantizers = quantizers;
    this.weights = weights;
    this.keepsBias = keepsBias;
  }

  /** Writes it. */
  void insert() {
    plan.layers().forEach(this::quantizeLayer);
    plan.values().forEach(this::quantizeValue);
    removeRelus();
  }

  private void quantizeLayer(Layer layer) {
    Tensor w = graph.constant(layer.weights()).orElseThrow();
    ActivationQuantizer x = Objects.requireNonNull(quantizers.get(layer.input()));
    QuantizedWeights q = coarseEnough(layer, weights.apply(layer), w, x);
    // Layers that share weights share the integers, if they come out alike.
    String key = layer.weights() + q.scales().hashCode() + q.values().hashCode();
    // The product of ONNX Runtime 1.22 asks for as many zero points as there are scales.
    String value =
        stored.computeIfAbsent(
            key, k -> StoredWeights.add(graph, layer.weights(), q.withZeroPoints()));
    NodeProto node = graph.producer(layer.output()).orElseThrow();
    NodeProto changed = Nodes.withInput(node, layer.operand(), value);
    Optional<Tensor> bias = bias(layer, q.scales().size());
    if (bias.isPresent()) {
      changed = Nodes.withInput(changed, 2, storedBias(layer, bias.get(), q, x));
    }
    graph.replace(node, changed);
  }

  /** The bias of each channel; empty if the layer has none, or another one. */
  private Optional<Tensor> bias(Layer layer, int scales) {
    boolean takesBias =
        layer.kind() != Layer.Kind.MATMUL
            && Nodes.number(layer.node(), "alpha", 1) == 1
            && Nodes.number(layer.node(), "beta", 1) == 1;
    int channels = channels(layer);
    if (!takesBias || scales != 1 && scales != channels) {
      return Optional.empty();
    }
    if (layer.bias().isEmpty()) {
      return keepsBias && Nodes.input(layer.node(), 2).isEmpty()
          ? Optional.of(Tensor.ofFloats(Shape.of(channels), new float[channels]))
          : Optional.empty();
    }
    Tensor b = graph.constant(layer.bias().get()).orElseThrow();
    boolean perChannel = b.size() == channels || b.size() == 1;
    return perChannel
        ? Optional.of(
            Tensor.fromDoubles(
                TensorType.of(DType.FLOAT32, channels), c -> b.doubleAt(b.size() == 1 ? 0 : c)))
        : Optional.empty();
  }

  private int channels(Layer layer) {
    int out = graph.shape(layer.weights()).dim(layer.outAxis());
    return layer.kind() == Layer.Kind.CONV_TRANSPOSE ? out * layer.groups() : out;
  }

  private QuantizedWeights coarseEnough(
      Layer layer, QuantizedWeights q, Tensor w, ActivationQuantizer x) {
    Optional<Tensor> bias = bias(layer, q.scales().size());
    if (bias.isEmpty()) {
      return q;
    }
    float[] least = new float[q.scales().size()];
    for (int c = 0; c < bias.get().size(); c++) {
      int s = least.length == 1 ? 0 : c;
      double scale = Math.abs(bias.get().doubleAt(c)) / (MAX_BIAS * x.scale());
      least[s] = Math.max(least[s], (float) scale);
    }
    return q.notFinerThan(w, least);
  }

  private String storedBias(Layer layer, Tensor bias, QuantizedWeights q, ActivationQuantizer x) {
    String name = layer.bias().orElse(layer.label() + "_bias");
    boolean one = q.scales().size() == 1;
    Tensor scales =
        Tensor.fromDoubles(q.scales().type(), c -> (double) x.scale() * q.scales().doubleAt(c));
    Tensor steps =
        Tensor.fromLongs(
            bias.type().with(DType.INT32),
            c -> Math.round(bias.doubleAt(c) / scales.doubleAt(one ? 0 : c)));
    String value = graph.fresh(name + "_dequantized");
    NodeProto node =
        Nodes.of(
            "DequantizeLinear",
            graph.fresh(name + "/DequantizeLinear"),
            List.of(
                graph.addConstant(name + "_quantized", steps),
                graph.addConstant(name + "_scale", scales)),
            List.of(value));
    graph.insertFirst(List.of(one ? node : Nodes.with(node, Nodes.integer("axis", 0))));
    return value;
  }

  private void quantizeValue(String value) {
    ActivationQuantizer q = Objects.requireNonNull(quantizers.get(value));
    String scale = graph.addConstant(value + "_scale", q.scaleTensor());
    String zero = graph.addConstant(value + "_zero_point", q.zeroTensor());
    String integers = graph.fresh(value + "_quantized");
    String floats = graph.fresh(value + "_dequantized");
    List<NodeProto> pair =
        List.of(
            Nodes.of(
                "QuantizeLinear",
                graph.fresh(value + "/QuantizeLinear"),
                List.of(value, scale, zero),
                List.of(integers)),
            Nodes.of(
                "DequantizeLinear",
                graph.fresh(value + "/DequantizeLinear"),
                List.of(integers, scale, zero),
                List.of(floats)));
    Rewiring.apply(graph, value, floats);
    Optional<NodeProto> producer = graph.producer(value);
    if (producer.isEmpty()) {
      graph.insertFirst(pair);
    } else {
      graph.replace(producer.get(), List.of(producer.get(), pair.get(0), pair.get(1)));
    }
  }

  /** The value that is quantized to yield {@code value}; itself if it is none such. */
  static String unquantized(OnnxGraph graph, String value) {
    return graph
        .producer(value)
        .filter(d -> Nodes.is(d, "DequantizeLinear"))
        .flatMap(d -> graph.producer(d.getInput(0)))
        .filter(q -> Nodes.is(q, "QuantizeLinear"))
        .map(q -> q.getInput(0))
        .orElse(value);
  }

  /** A Relu of integers that cannot be negative, with the same scale, changes nothing. */
  private void removeRelus() {
    for (String value : plan.values()) {
      Optional<NodeProto> relu =
          graph.producer(value).filter(n -> Nodes.is(n, "Relu")).filter(this::cutsNothing);
      Optional<NodeProto> again =
          graph.soleConsumer(value).filter(q -> Nodes.is(q, "QuantizeLinear"));
      Optional<NodeProto> floats = again.flatMap(q -> graph.soleConsumer(q.getOutput(0)));
      if (relu.isPresent() && floats.isPresent()) {
        Rewiring.apply(graph, floats.get().getOutput(0), relu.get().getInput(0));
      }
    }
  }

  private boolean cutsNothing(NodeProto relu) {
    String before = unquantized(graph, relu.getInput(0));
    return !before.equals(relu.getInput(0))
        && plan.bounded().contains(before)
        && Objects.requireNonNull(quantizers.get(before)).cutsNegative();
  }
}
