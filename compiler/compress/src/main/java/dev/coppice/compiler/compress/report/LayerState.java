package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node that multiplies with weights or looks them up, in one version of a model.
 *
 * @param name its label
 * @param op its operator
 * @param output the value it computes
 * @param outputShape shape of that value
 * @param weightShape shape of its weights, of the first where there are several
 * @param weights elements of its weights
 * @param zeros how many of them are zero
 * @param bytes bytes of all constants that it reads, in the form in which the file stores them
 * @param macs multiply-accumulate operations of one run
 * @param storage how the file stores the weights
 */
public record LayerState(
    String name,
    String op,
    String output,
    Shape outputShape,
    Shape weightShape,
    long weights,
    long zeros,
    long bytes,
    long macs,
    String storage) {
  /** Operands that are weights if they depend on constants alone, by operator. */
  private static final Map<String, List<Integer>> OPERANDS =
      Map.ofEntries(
          Map.entry("Conv", List.of(1)),
          Map.entry("ConvInteger", List.of(1)),
          Map.entry("ConvTranspose", List.of(1)),
          Map.entry("FusedConv", List.of(1)),
          Map.entry("FusedGemm", List.of(1)),
          Map.entry("FusedMatMul", List.of(0, 1)),
          Map.entry("GRU", List.of(1, 2)),
          Map.entry("Gather", List.of(0)),
          Map.entry("Gemm", List.of(0, 1)),
          Map.entry("LSTM", List.of(1, 2)),
          Map.entry("MatMul", List.of(0, 1)),
          Map.entry("MatMulInteger", List.of(0, 1)),
          Map.entry("QLinearConv", List.of(3)),
          Map.entry("QLinearMatMul", List.of(0, 3)),
          Map.entry("RNN", List.of(1, 2)));

  /** The layers of {@code graph} in the order of its nodes. */
  static List<LayerState> of(OnnxGraph graph) {
    List<LayerState> layers = new ArrayList<>();
    for (NodeProto node : graph.nodes()) {
      if (OPERANDS.containsKey(node.getOpType()) && !StorageForm.isDecoder(graph, node)) {
        of(graph, node).ifPresent(layers::add);
      }
    }
    return layers;
  }

  private static Optional<LayerState> of(OnnxGraph graph, NodeProto node) {
    List<Integer> operands = new ArrayList<>();
    for (int i : OPERANDS.getOrDefault(node.getOpType(), List.of())) {
      Optional<String> operand = Nodes.input(node, i);
      if (operand.flatMap(o -> StorageForm.of(graph, o)).isPresent()
          && graph.shape(operand.get()).rank() > 1) {
        operands.add(i);
      }
    }
    String output = node.getOutput(0);
    if (operands.isEmpty() || !graph.hasType(output)) {
      return Optional.empty();
    }
    long weights = 0;
    long zeros = 0;
    for (int i : operands) {
      weights += graph.shape(node.getInput(i)).size();
      zeros += graph.known(node.getInput(i)).map(LayerState::zeros).orElse(0L);
    }
    Set<String> constants = new LinkedHashSet<>();
    for (String read : Nodes.reads(node)) {
      StorageForm.of(graph, read).ifPresent(f -> constants.addAll(f.constants()));
    }
    String first = node.getInput(operands.get(0));
    return Optional.of(
        new LayerState(
            Nodes.label(node),
            node.getOpType(),
            output,
            graph.shape(output),
            graph.shape(first),
            weights,
            zeros,
            StorageForm.bytes(graph, constants),
            macs(graph, node, operands.get(0), weights),
            StorageForm.of(graph, first).orElseThrow().text()));
  }

  private static long zeros(Tensor tensor) {
    long zeros = 0;
    for (int i = 0; i < tensor.size(); i++) {
      zeros += tensor.doubleAt(i) == 0 ? 1 : 0;
    }
    return zeros;
  }

  /** By the operators' definitions; what padding makes superfluous counts. */
  private static long macs(OnnxGraph graph, NodeProto node, int operand, long weights) {
    Shape w = graph.shape(node.getInput(operand));
    Shape y = graph.shape(node.getOutput(0));
    return switch (node.getOpType()) {
      case "Conv", "ConvInteger", "FusedConv", "QLinearConv" ->
          (long) y.size() * w.sizeOf(1, w.rank());
      case "ConvTranspose" -> (long) graph.shape(node.getInput(0)).size() * w.sizeOf(1, w.rank());
      case "Gemm", "FusedGemm" -> {
        long transposed = Nodes.integer(node, operand == 0 ? "transA" : "transB", 0);
        yield (long) y.size() * w.dim((operand == 0) == (transposed == 0) ? 1 : 0);
      }
      case "MatMul", "FusedMatMul", "MatMulInteger", "QLinearMatMul" ->
          (long) y.size() * w.dim(w.rank() - (operand == 0 ? 1 : 2));
      case "RNN", "GRU", "LSTM" -> {
        Shape x = graph.shape(node.getInput(0));
        yield (long) x.dim(0) * x.dim(1) * weights;
      }
      default -> 0;
    };
  }
}
