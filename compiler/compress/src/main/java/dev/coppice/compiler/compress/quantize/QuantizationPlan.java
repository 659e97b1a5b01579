package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Which values of a graph get a quantizer and a dequantizer behind them, and which of them have the
 * same scale.
 *
 * <p>What a quantized layer reads is quantized; so is what lies between layers: operands of
 * arithmetic on activations (Add, Mul, Sub, Concat, average pools), which is done on integers where
 * it leads from layer to layer, and results of operators that move elements or choose among them
 * (Reshape, Transpose, MaxPool, ...), with the scale of their operand. Bounds (Relu, Clip) belong
 * to the operator before them, so that no quantizer stands between. All else stays in float: the
 * last layer's result, Softmax, other activation functions.
 *
 * @param layers the layers that compute on integers
 * @param values values to quantize, in the order of the graph
 * @param scaleOf for each of them, the one whose scale it has
 * @param bounded those of which only what a Relu lets pass is needed
 */
record QuantizationPlan(
    List<Layer> layers, Set<String> values, Map<String, String> scaleOf, Set<String> bounded) {
  private static final Set<String> MOVES =
      Set.of(
          "Reshape",
          "Flatten",
          "Squeeze",
          "Unsqueeze",
          "Transpose",
          "Slice",
          "Split",
          "Identity",
          "MaxPool",
          "Pad",
          "DepthToSpace",
          "SpaceToDepth");
  private static final Set<String> ARITHMETIC =
      Set.of("Add", "Mul", "Sub", "Concat", "AveragePool", "GlobalAveragePool", "ReduceMean");
  private static final Set<String> BOUNDS = Set.of("Relu", "Clip");

  /**
   * The plan for {@code graph}.
   *
   * @param layers layers that shall compute on integers, each one node
   * @param clipsAtZero whether quantizers of values that are not negative cut negative numbers off
   */
  static QuantizationPlan of(OnnxGraph graph, List<Layer> layers, boolean clipsAtZero) {
    return new Planner(graph, layers, clipsAtZero).plan();
  }

  /** Whether elements of the results of {@code node} are elements of its first operand, or 0. */
  static boolean moves(NodeProto node, OnnxGraph graph) {
    if (!Nodes.isStandard(node) || !MOVES.contains(node.getOpType())) {
      return false;
    }
    boolean zeroPad =
        !node.getOpType().equals("Pad")
            || Nodes.text(node, "mode", "constant").equals("constant")
                && Nodes.number(node, "value", 0) == 0
                && Nodes.input(node, 2)
                    .map(v -> graph.constant(v).filter(t -> t.doubleAt(0) == 0).isPresent())
                    .orElse(true);
    boolean single = !node.getOpType().equals("MaxPool") || node.getOutputCount() == 1;
    return zeroPad && single;
  }

  static boolean bounds(NodeProto node, OnnxGraph graph) {
    return Nodes.isStandard(node)
        && BOUNDS.contains(node.getOpType())
        && node.getInputList().stream().skip(1).allMatch(i -> i.isEmpty() || graph.isConstant(i));
  }

  /** Finds the plan. */
  private static final class Planner {
    private final OnnxGraph graph;
    private final boolean clipsAtZero;
    private final Map<String, Layer> layers = new LinkedHashMap<>();
    private final Set<String> arithmetic = new LinkedHashSet<>();
    private final Set<String> integers = new LinkedHashSet<>();
    private final Set<String> needed = new LinkedHashSet<>();
    private final Set<String> values = new LinkedHashSet<>();

    Planner(OnnxGraph graph, List<Layer> layers, boolean clipsAtZero) {
      this.graph = graph;
      this.clipsAtZero = clipsAtZero;
      for (Layer layer : layers) {
        if (layer.kind() != Layer.Kind.RECURRENT && isActivation(layer.input())) {
          this.layers.put(layer.output(), layer);
        }
      }
    }

    QuantizationPlan plan() {
      forward();
      backward();
      List<NodeProto> nodes = graph.nodes();
      for (int i = nodes.size() - 1; i >= 0; i--) {
        want(nodes.get(i));
      }
      Set<String> ordered = new LinkedHashSet<>();
      graph.inputs().stream().filter(values::contains).forEach(ordered::add);
      nodes.forEach(n -> n.getOutputList().stream().filter(values::contains).forEach(ordered::add));
      Map<String, String> scaleOf = new LinkedHashMap<>();
      Set<String> bounded = new LinkedHashSet<>();
      ordered.forEach(v -> scaleOf.put(v, v));
      for (NodeProto node : nodes) {
        share(node, scaleOf);
      }
      for (int i = nodes.size() - 1; i >= 0; i--) {
        bound(nodes.get(i), scaleOf, bounded);
      }
      return new QuantizationPlan(List.copyOf(layers.values()), ordered, scaleOf, bounded);
    }

    private boolean isActivation(String value) {
      return !graph.isConstant(value)
          && graph.hasType(value)
          && graph.type(value).dtype() == DType.FLOAT32;
    }

    private boolean isLayer(NodeProto node) {
      return node.getOutputCount() > 0 && layers.containsKey(node.getOutput(0));
    }

    private boolean isArithmetic(NodeProto node) {
      return node.getOutputCount() > 0 && arithmetic.contains(node.getOutput(0));
    }

    /** Operands that arithmetic on integers would read as integers. */
    private List<String> operands(NodeProto node) {
      boolean first = node.getOpType().equals("ReduceMean");
      return first ? List.of(node.getInput(0)) : node.getInputList();
    }

    /** Finds what could be computed on integers: {@link #integers} and {@link #arithmetic}. */
    private void forward() {
      for (NodeProto node : graph.nodes()) {
        if (isLayer(node)) {
          integers.add(node.getOutput(0));
        } else if (moves(node, graph) || bounds(node, graph)) {
          if (integers.contains(node.getInput(0))) {
            integers.addAll(node.getOutputList());
          }
        } else if (Nodes.isStandard(node)
            && ARITHMETIC.contains(node.getOpType())
            && operands(node).stream().allMatch(this::isActivation)
            && operands(node).stream().anyMatch(integers::contains)) {
          arithmetic.add(node.getOutput(0));
          integers.add(node.getOutput(0));
        }
      }
    }

    /** Finds what a layer reads in the end: {@link #needed}. */
    private void backward() {
      List<NodeProto> nodes = graph.nodes();
      for (int i = nodes.size() - 1; i >= 0; i--) {
        NodeProto node = nodes.get(i);
        boolean leads = node.getOutputList().stream().anyMatch(needed::contains);
        if (isLayer(node)) {
          needed.add(Objects.requireNonNull(layers.get(node.getOutput(0))).input());
        } else if (isArithmetic(node) && !leads) {
          arithmetic.remove(node.getOutput(0));
        } else if (isArithmetic(node)) {
          needed.addAll(operands(node));
        } else if (leads && (moves(node, graph) || bounds(node, graph))) {
          needed.add(node.getInput(0));
        }
      }
    }

    /** Quantizes what {@code node} reads, if it computes on integers or its result is quantized. */
    private void want(NodeProto node) {
      boolean quantized = node.getOutputList().stream().anyMatch(values::contains);
      if (isLayer(node)) {
        values.add(Objects.requireNonNull(layers.get(node.getOutput(0))).input());
      } else if (isArithmetic(node)) {
        values.addAll(operands(node));
      } else if (moves(node, graph) && quantized && isActivation(node.getInput(0))) {
        values.add(node.getInput(0));
      } else if (bounds(node, graph) && quantized && !isFused(node.getInput(0))) {
        if (integers.contains(node.getInput(0))) {
          values.add(node.getInput(0));
        }
      }
    }

    /** Whether the bound that reads {@code value} is part of the operator that computes it. */
    private boolean isFused(String value) {
      Optional<NodeProto> producer = graph.producer(value);
      return graph.soleConsumer(value).isPresent()
          && producer.isPresent()
          && !moves(producer.get(), graph);
    }

    private void share(NodeProto node, Map<String, String> scaleOf) {
      if (moves(node, graph) && scaleOf.containsKey(node.getInput(0))) {
        for (String out : node.getOutputList()) {
          if (scaleOf.containsKey(out)) {
            scaleOf.put(out, root(scaleOf, node.getInput(0)));
          }
        }
      }
    }

    private static String root(Map<String, String> scaleOf, String value) {
      return Objects.requireNonNull(scaleOf.get(value));
    }

    /**
     * A value that a Relu alone reads has the scale of the Relu's result, which it cuts off at 0.
     */
    private void bound(NodeProto node, Map<String, String> scaleOf, Set<String> bounded) {
      String in = node.getInputCount() == 0 ? "" : node.getInput(0);
      String out = node.getOutputCount() == 0 ? "" : node.getOutput(0);
      boolean both =
          clipsAtZero
              && scaleOf.containsKey(in)
              && scaleOf.containsKey(out)
              && graph.soleConsumer(in).isPresent();
      if (both && Nodes.is(node, "Relu")) {
        bounded.add(in);
        String from = root(scaleOf, in);
        String to = root(scaleOf, out);
        scaleOf.replaceAll((v, r) -> r.equals(from) ? to : r);
      } else if (both
          && moves(node, graph)
          && node.getOutputCount() == 1
          && bounded.contains(out)) {
        bounded.add(in);
      }
    }
  }
}
