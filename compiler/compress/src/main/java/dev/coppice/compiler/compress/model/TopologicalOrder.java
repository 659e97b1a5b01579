package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Puts producers in front of their consumers; nodes that are in order already stay so. A cycle is
 * cut anywhere: who imports the graph refuses it.
 */
final class TopologicalOrder {
  private final Uses uses;
  private final Set<NodeProto> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<NodeProto> placed = Collections.newSetFromMap(new IdentityHashMap<>());
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
      if (open.add(node)) {
        for (String read : Nodes.reads(node)) {
          uses.producer(read).filter(p -> !open.contains(p)).ifPresent(stack::add);
        }
      } else {
        stack.remove(stack.size() - 1);
        if (placed.add(node)) {
          sorted.add(node);
        }
      }
    }
  }
}
