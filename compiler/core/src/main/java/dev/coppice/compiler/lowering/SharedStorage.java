package dev.coppice.compiler.lowering;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Region;
import dev.coppice.compiler.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which values of a graph are part of another's storage: views, runs that are cut out of a value,
 * and operands that are computed where they belong in the value that joins them.
 */
final class SharedStorage {
  /**
   * Elements of a value from {@code at} on.
   *
   * @param of a value with storage of its own
   */
  record Run(Value of, int at) {}

  /**
   * An operand of a node that joins operands which is not computed in its place.
   *
   * @param at where it belongs in the result
   */
  record Copied(Value operand, int at) {}

  private final Graph graph;

  /** What a value is directly part of. */
  private final Map<Value, Run> parts = new LinkedHashMap<>();

  private final Set<Node> free = new LinkedHashSet<>();
  private final Map<Node, List<Copied>> copied = new LinkedHashMap<>();

  private SharedStorage(Graph graph) {
    this.graph = graph;
  }

  /** The values of {@code graph} that share storage. */
  static SharedStorage of(Graph graph) {
    SharedStorage shared = new SharedStorage(graph);
    graph.nodes().forEach(shared::cut);
    Set<Value> results = new LinkedHashSet<>();
    graph.outputs().forEach(o -> results.add(shared.run(o.value()).of()));
    graph.nodes().stream()
        .filter(n -> n.op().joinsRuns(n.inputTypes()))
        .forEach(n -> shared.join(n, results));
    return shared;
  }

  /** A node whose results are runs of its first operand; constants have no parts. */
  private void cut(Node n) {
    List<Run> runs = new ArrayList<>();
    for (int j = 0; j < n.outputs().size(); j++) {
      OptionalInt at = n.op().runAt(n.inputTypes(), j);
      if (at.isPresent()) {
        runs.add(new Run(n.input(0), at.getAsInt()));
      }
    }
    boolean isWhole = n.op().isView(n.inputTypes());
    if (runs.size() == n.outputs().size()
        && (isWhole || !graph.constants().containsKey(run(n.input(0)).of()))) {
      for (int j = 0; j < runs.size(); j++) {
        parts.put(n.outputs().get(j), runs.get(j));
      }
      free.add(n);
    }
  }

  /** A node that joins operands, of which some can be computed in their place. */
  private void join(Node n, Set<Value> results) {
    List<Copied> others = new ArrayList<>();
    int at = 0;
    for (Value operand : n.inputs()) {
      Value root = run(operand).of();
      if (canMove(operand, root, n) && !results.contains(root)) {
        parts.put(root, new Run(n.output(), at));
      } else {
        others.add(new Copied(operand, at));
      }
      at += operand.type().shape().size();
    }
    if (others.size() < n.inputs().size()) {
      free.add(n);
      copied.put(n, others);
    }
  }

  /**
   * Whether {@code root}, all of which is {@code operand}, is computed by a kernel of the graph.
   */
  private boolean canMove(Value operand, Value root, Node joining) {
    return isWhole(operand)
        && !root.equals(joining.output())
        && graph.producer(root).filter(p -> !(p.op() instanceof Region)).isPresent();
  }

  /** The elements that {@code v} is. */
  Run run(Value v) {
    Run part = parts.get(v);
    if (part == null) {
      return new Run(v, 0);
    }
    Run whole = run(part.of);
    return new Run(whole.of, whole.at + part.at);
  }

  /** Whether {@code v} is all of the value whose storage it shares. */
  boolean isWhole(Value v) {
    return run(v).of().type().shape().size() == v.type().shape().size();
  }

  /** Whether no kernel computes {@code n}. */
  boolean isFree(Node n) {
    return free.contains(n);
  }

  /** Operands of {@code n} that are copied to where they belong. */
  List<Copied> copied(Node n) {
    return copied.getOrDefault(n, List.of());
  }
}
