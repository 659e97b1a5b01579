package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A constant that a node multiplies with. A node with several of them, such as an LSTM, is several
 * layers; a constant that several nodes use is a layer of each.
 *
 * @param node the node
 * @param kind how it multiplies
 * @param operand which operand of the node the weights are
 * @param weights name of the constant, float32
 * @param bias name of the constant that is added to each output channel, where there is one
 * @param outAxis axis of the weights along which output channels lie
 * @param inAxis axis along which input channels lie; those of one group in a grouped convolution
 * @param groups groups of a convolution, otherwise 1
 */
public record Layer(
    NodeProto node,
    Kind kind,
    int operand,
    String weights,
    Optional<String> bias,
    int outAxis,
    int inAxis,
    int groups) {

  /** How a node multiplies with its weights. */
  public enum Kind {
    /** Weights {@code [O, I / groups, kernel...]}. */
    CONV,
    /** Weights {@code [I, O / groups, kernel...]}. */
    CONV_TRANSPOSE,
    /** Weights {@code [I, O]}, or {@code [O, I]} with {@code transB}. */
    GEMM,
    /** Weights {@code [..., I, O]} on the right, {@code [..., O, I]} on the left. */
    MATMUL,
    /** Weights {@code [directions, gates * hidden, I or hidden]} of RNN, GRU and LSTM. */
    RECURRENT
  }

  /** What recipes and reports call it: the node's name or its first result's. */
  public String label() {
    return Nodes.label(node);
  }

  /** The value that the weights are multiplied with. */
  public String input() {
    return node.getInput(kind == Kind.MATMUL || kind == Kind.GEMM ? 1 - operand : 0);
  }

  /** The value that the node computes. */
  public String output() {
    return node.getOutput(0);
  }

  /** Whether it is a convolution with a group for each input channel. */
  public boolean isDepthwise(OnnxGraph graph) {
    return kind == Kind.CONV && groups > 1 && graph.shape(weights).dim(1) == 1;
  }

  /** Every name by which a recipe can mean it. */
  public List<String> names() {
    return List.of(label(), weights);
  }

  /** The layers of {@code graph} in the order of its nodes. */
  public static List<Layer> of(OnnxGraph graph) {
    List<Layer> layers = new ArrayList<>();
    for (NodeProto node : graph.nodes()) {
      if (Nodes.isStandard(node)) {
        addTo(layers, node, graph);
      }
    }
    return layers;
  }

  /** The layers that {@code node} is. */
  public static List<Layer> of(NodeProto node, OnnxGraph graph) {
    List<Layer> layers = new ArrayList<>();
    if (Nodes.isStandard(node)) {
      addTo(layers, node, graph);
    }
    return layers;
  }

  private static void addTo(List<Layer> layers, NodeProto node, OnnxGraph graph) {
    switch (node.getOpType()) {
      case "Conv" ->
          add(layers, node, graph, Kind.CONV, 1, 0, 1, (int) Nodes.integer(node, "group", 1));
      case "ConvTranspose" ->
          add(
              layers,
              node,
              graph,
              Kind.CONV_TRANSPOSE,
              1,
              1,
              0,
              (int) Nodes.integer(node, "group", 1));
      case "Gemm" -> {
        int a = (int) Nodes.integer(node, "transA", 0);
        int b = (int) Nodes.integer(node, "transB", 0);
        add(layers, node, graph, Kind.GEMM, 0, a == 0 ? 0 : 1, a == 0 ? 1 : 0, 1);
        add(layers, node, graph, Kind.GEMM, 1, b == 0 ? 1 : 0, b == 0 ? 0 : 1, 1);
      }
      case "MatMul" -> {
        product(layers, node, graph, 0);
        product(layers, node, graph, 1);
      }
      case "RNN", "GRU", "LSTM" -> {
        add(layers, node, graph, Kind.RECURRENT, 1, 1, 2, 1);
        add(layers, node, graph, Kind.RECURRENT, 2, 1, 2, 1);
      }
      default -> {}
    }
  }

  private static void product(List<Layer> layers, NodeProto node, OnnxGraph graph, int operand) {
    Optional<String> weights = Nodes.input(node, operand).filter(graph::isConstant);
    int rank = weights.map(w -> graph.shape(w).rank()).orElse(0);
    if (rank > 1) {
      int last = rank - 1;
      boolean right = operand == 1;
      add(
          layers,
          node,
          graph,
          Kind.MATMUL,
          operand,
          right ? last : last - 1,
          right ? last - 1 : last,
          1);
    }
  }

  private static void add(
      List<Layer> layers,
      NodeProto node,
      OnnxGraph graph,
      Kind kind,
      int operand,
      int outAxis,
      int inAxis,
      int groups) {
    Optional<String> weights = Nodes.input(node, operand).filter(graph::isConstant);
    if (weights.isPresent() && graph.type(weights.get()).dtype() == DType.FLOAT32) {
      Optional<String> bias =
          kind == Kind.RECURRENT || kind == Kind.MATMUL
              ? Optional.empty()
              : Nodes.input(node, 2).filter(graph::isConstant);
      layers.add(new Layer(node, kind, operand, weights.get(), bias, outAxis, inAxis, groups));
    }
  }
}
