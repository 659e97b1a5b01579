package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts producers in front of their consumers; nodes that are in order already stay so. */
final class TopologicalOrder {
  private final Uses uses;
  private final Set<String> placed = new LinkedHashSet<>();
  private final List<NodeProto> sorted = new ArrayList<>();

  private TopologicalOrder(Uses uses) {
    this.uses = uses;
  }

  /**
   * {@code nodes} in order.
   *
   * @param uses the uses that {@code nodes} make of values
   */
  static List<NodeProto> of(List<NodeProto> nodes, Uses uses) {
    TopologicalOrder order = new TopologicalOrder(uses);
    nodes.forEach(order::place);
    return order.sorted;
  }

  /** Depth first without recursion: graphs may be ten thousands of nodes deep. */
  private void place(NodeProto root) {
    List<NodeProto> stack = new ArrayList<>(List.of(root));
    while (!stack.isEmpty()) {
      NodeProto node = stack.get(stack.size() - 1);
      if (placed.contains(key(node))) {
        stack.remove(stack.size() - 1);
        continue;
      }
      int before = stack.size();
      for (String read : Nodes.reads(node)) {
        Optional<NodeProto> producer = uses.producer(read);
        producer.filter(p -> !placed.contains(key(p))).ifPresent(stack::add);
      }
      if (stack.size() == before) {
        stack.remove(before - 1);
        placed.add(key(node));
        sorted.add(node);
      }
    }
  }

  private static String key(NodeProto node) {
    return node.getOutputCount() > 0 ? node.getOutput(0) : node.getName();
  }
}
