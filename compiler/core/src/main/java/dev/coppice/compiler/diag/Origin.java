package dev.coppice.compiler.diag;

import java.util.ArrayList;
import java.util.List;

/**
 * The ONNX nodes that a node of the graph stems from, and the passes that made it.
 *
 * @param nodes ONNX node names, in graph order
 * @param passes names of the passes that rewrote it, oldest first
 */
public record Origin(List<String> nodes, List<String> passes) {

  /** Stems from nothing in the model file. */
  public static final Origin NONE = new Origin(List.of(), List.of());

  public Origin {
    nodes = List.copyOf(nodes);
    passes = List.copyOf(passes);
  }

  /** The origin of a node read from the model. */
  public static Origin of(String node) {
    return new Origin(List.of(node), List.of());
  }

  /** Both origins together, duplicates removed. */
  public Origin and(Origin other) {
    return new Origin(union(nodes, other.nodes), union(passes, other.passes));
  }

  /** This origin after {@code pass} rewrote the node. */
  public Origin by(String pass) {
    return new Origin(nodes, union(passes, List.of(pass)));
  }

  private static List<String> union(List<String> a, List<String> b) {
    List<String> all = new ArrayList<>(a);
    b.stream().filter(s -> !all.contains(s)).forEach(all::add);
    return all;
  }
}
