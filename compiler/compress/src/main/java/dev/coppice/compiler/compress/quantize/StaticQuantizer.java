package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Makes quantized versions of one graph, with any of its layers left in float. Calibration and
 * rounding are done once.
 */
final class StaticQuantizer {
  private final OnnxGraph graph;
  private final QuantizationScheme scheme;
  private final List<Layer> layers;
  private final ActivationRanges ranges;
  private final Map<String, InputGrams> grams;
  private final Map<String, QuantizedWeights> weights = new LinkedHashMap<>();

  /**
   * Calibrates.
   *
   * @param graph the float model, normalizations folded; not changed
   * @param layers layers to quantize
   * @param backend the backend that computes activations
   */
  StaticQuantizer(
      OnnxGraph graph,
      QuantizationScheme scheme,
      List<Layer> layers,
      Examples examples,
      String backend) {
    this.graph = graph;
    this.scheme = scheme;
    this.layers = plan(graph, scheme, layers).layers();
    this.ranges =
        ActivationRanges.of(graph, plan(graph, scheme, layers).values(), examples, backend);
    boolean reconstructs = scheme.weights().rounding() == WeightQuantizer.Rounding.RECONSTRUCT;
    List<Layer> once =
        this.layers.stream().filter(l -> graph.consumers(l.weights()).size() == 1).toList();
    this.grams = reconstructs ? InputGrams.of(graph, once, examples, backend) : Map.of();
  }

  /** The layers that can be quantized. */
  List<Layer> layers() {
    return layers;
  }

  /** The graph with all layers quantized but those whose results are {@code inFloat}. */
  OnnxGraph quantized(Set<String> inFloat) {
    List<Layer> taken = layers.stream().filter(l -> !inFloat.contains(l.output())).toList();
    QuantizationPlan plan = plan(graph, scheme, taken);
    OnnxGraph quantized = graph.copy();
    new QuantizerNodes(quantized, plan, quantizers(plan), this::weights, scheme.keepsBias())
        .insert();
    quantized.sweep();
    return quantized;
  }

  private static QuantizationPlan plan(
      OnnxGraph graph, QuantizationScheme scheme, List<Layer> layers) {
    return QuantizationPlan.of(graph, layers, !scheme.activations().symmetric());
  }

  /** The weights of {@code layer} as integers, rounded once. */
  QuantizedWeights weights(Layer layer) {
    WeightType type = scheme.type(layer).orElseThrow();
    QuantizedWeights known = weights.get(InputGrams.key(layer));
    if (known == null) {
      Tensor w = graph.constant(layer.weights()).orElseThrow();
      Optional<InputGrams> inputs = Optional.ofNullable(grams.get(InputGrams.key(layer)));
      known = scheme.weights().quantize(layer, w, type, inputs);
      weights.put(InputGrams.key(layer), known);
    }
    return known;
  }

  /** The quantizer of each value of {@code plan}. */
  private Map<String, ActivationQuantizer> quantizers(QuantizationPlan plan) {
    Map<String, Calibrator.Range> byRoot = new LinkedHashMap<>();
    for (String value : plan.values()) {
      if (!plan.bounded().contains(value)) {
        byRoot.merge(
            Objects.requireNonNull(plan.scaleOf().get(value)),
            ranges.range(value, scheme.calibrator(), scheme.activations()),
            Calibrator.Range::with);
      }
    }
    joinConcatenated(plan, byRoot);
    Map<String, ActivationQuantizer> quantizers = new LinkedHashMap<>();
    for (String value : plan.values()) {
      Calibrator.Range range =
          Objects.requireNonNull(byRoot.get(Objects.requireNonNull(plan.scaleOf().get(value))));
      quantizers.put(value, ActivationQuantizer.of(range, scheme.activations()));
    }
    return quantizers;
  }

  /**
   * Operands of a concatenation get one range, so that integers are only moved, unless that costs
   * one of them more than a bit.
   */
  private void joinConcatenated(QuantizationPlan plan, Map<String, Calibrator.Range> byRoot) {
    for (NodeProto node : graph.nodes()) {
      List<String> values = new ArrayList<>(node.getInputList());
      values.addAll(node.getOutputList());
      if (!Nodes.is(node, "Concat") || !plan.values().containsAll(values)) {
        continue;
      }
      Set<String> roots = new LinkedHashSet<>();
      values.forEach(v -> roots.add(Objects.requireNonNull(plan.scaleOf().get(v))));
      Calibrator.Range all = new Calibrator.Range(0, 0);
      double least = Double.POSITIVE_INFINITY;
      for (String root : roots) {
        Calibrator.Range range = Objects.requireNonNull(byRoot.get(root)).withZero();
        all = all.with(range);
        least = Math.min(least, range.width());
      }
      if (2 * least >= all.width()) {
        for (String root : roots) {
          byRoot.put(root, all);
        }
      }
    }
  }
}
