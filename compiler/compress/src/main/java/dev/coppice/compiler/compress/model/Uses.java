package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who makes and who reads each value. */
final class Uses {
  private final Map<String, NodeProto> producers = new LinkedHashMap<>();
  private final Map<String, List<NodeProto>> consumers = new LinkedHashMap<>();

  private Uses() {}

  /** The uses that {@code nodes} make of values, those within their bodies too. */
  static Uses of(List<NodeProto> nodes) {
    Uses uses = new Uses();
    for (NodeProto node : nodes) {
      node.getOutputList().stream()
          .filter(o -> !o.isEmpty())
          .forEach(o -> uses.producers.put(o, node));
      Nodes.reads(node)
          .forEach(r -> uses.consumers.computeIfAbsent(r, x -> new ArrayList<>()).add(node));
    }
    return uses;
  }

  /** The node that computes {@code value}; empty for inputs and constants. */
  Optional<NodeProto> producer(String value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** The nodes that read {@code value}, each once, in the order of the graph. */
  List<NodeProto> consumers(String value) {
    return List.copyOf(consumers.getOrDefault(value, List.of()));
  }
}
