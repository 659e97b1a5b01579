package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What results depend on.
 *
 * @param nodes the nodes that compute it, in the order of the graph
 * @param values the results themselves and every value that these nodes read
 */
record Needed(List<NodeProto> nodes, Set<String> values) {
  /**
   * What of {@code nodes} the {@code results} depend on.
   *
   * @param uses the uses that {@code nodes} make of values
   */
  static Needed of(Collection<String> results, List<NodeProto> nodes, Uses uses) {
    Set<String> values = new LinkedHashSet<>(results);
    List<String> open = new ArrayList<>(values);
    Set<NodeProto> live = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!open.isEmpty()) {
      Optional<NodeProto> producer = uses.producer(open.remove(open.size() - 1));
      producer
          .filter(live::add)
          .map(Nodes::reads)
          .ifPresent(reads -> reads.stream().filter(values::add).forEach(open::add));
    }
    return new Needed(nodes.stream().filter(live::contains).toList(), values);
  }
}
