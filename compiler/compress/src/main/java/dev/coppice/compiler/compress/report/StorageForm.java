package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the file stores a tensor that depends on constants alone.
 *
 * @param text for people, e.g. {@code i8, a scale per channel}
 * @param constants names of the constants that it is made from
 * @param bytes bytes of their elements
 */
record StorageForm(String text, Set<String> constants, long bytes) {

  /** The form of {@code value}; empty if it depends on an input of the model. */
  static Optional<StorageForm> of(OnnxGraph graph, String value) {
    Set<String> constants = new LinkedHashSet<>();
    if (!collect(graph, value, constants)) {
      return Optional.empty();
    }
    return Optional.of(new StorageForm(text(graph, value), constants, bytes(graph, constants)));
  }

  /**
   * Whether {@code node} computes from constants alone, so that it is part of how one is stored.
   */
  static boolean isDecoder(OnnxGraph graph, NodeProto node) {
    return !Nodes.reads(node).isEmpty() && collect(graph, node.getOutput(0), new LinkedHashSet<>());
  }

  /** Bytes of the elements of {@code constants} in a file. */
  static long bytes(OnnxGraph graph, Set<String> constants) {
    long bytes = 0;
    for (String name : constants) {
      TensorType type = graph.type(name);
      bytes += ((long) type.shape().size() * type.dtype().bits() + 7) / 8;
    }
    return bytes;
  }

  /** Adds the constants behind {@code value}; false if there is an input of the model, too. */
  private static boolean collect(OnnxGraph graph, String value, Set<String> constants) {
    List<String> open = new ArrayList<>(List.of(value));
    Set<String> seen = new LinkedHashSet<>(open);
    while (!open.isEmpty()) {
      String v = open.remove(open.size() - 1);
      if (graph.isConstant(v)) {
        constants.add(v);
        continue;
      }
      Optional<NodeProto> producer = graph.producer(v);
      if (producer.isEmpty()) {
        return false;
      }
      for (String read : Nodes.reads(producer.get())) {
        if (seen.add(read)) {
          open.add(read);
        }
      }
    }
    return true;
  }

  private static String text(OnnxGraph graph, String value) {
    NodeProto node = graph.producer(value).orElse(null);
    if (graph.isConstant(value) || node == null) {
      return graph.type(value).dtype().label();
    }
    return switch (node.getOpType()) {
      case "DequantizeLinear" -> text(graph, node.getInput(0)) + ", " + scales(graph, node);
      case "Gather" ->
          "codebook of "
              + graph.shape(node.getInput(0)).dim(0)
              + " "
              + text(graph, node.getInput(0))
              + ", indices "
              + text(graph, node.getInput(1));
      case "Cast", "Reshape", "Transpose", "Identity", "Squeeze", "Unsqueeze", "Expand", "Slice" ->
          text(graph, node.getInput(0));
      default -> {
        List<String> parts = new ArrayList<>();
        Nodes.reads(node).forEach(r -> parts.add(text(graph, r)));
        yield node.getOpType() + "(" + String.join("; ", parts) + ")";
      }
    };
  }

  private static String scales(OnnxGraph graph, NodeProto dequantize) {
    long block = Nodes.integer(dequantize, "block_size", 0);
    if (block > 0) {
      return "a scale per " + block;
    }
    return graph.shape(dequantize.getInput(1)).size() == 1 ? "one scale" : "a scale per channel";
  }
}
