package dev.coppice.compiler.ir;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An edit of a graph as a value: nodes and constants to add, and values whose uses move to others.
 * Applying it drops what nothing uses any more and restores topological order; the graph's inputs,
 * and the names of its outputs, stay.
 */
public final class GraphPatch {
  private final Graph graph;
  private final List<Node> added = new ArrayList<>();
  private final Map<Value, Tensor> constants = new LinkedHashMap<>();
  private final Map<Value, Value> moved = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  /** An empty patch of {@code graph}. */
  public GraphPatch(Graph graph) {
    this.graph = graph;
    graph.inputs().forEach(v -> names.add(v.name()));
    graph.constants().keySet().forEach(v -> names.add(v.name()));
    graph
        .nodes()
        .forEach(
            n -> {
              names.add(n.name());
              n.outputs().forEach(v -> names.add(v.name()));
            });
  }

  /** Adds a constant under {@code name} or, if that is taken, a name derived from it. */
  public Value constant(String name, Tensor data) {
    Value v = new Value(unique(name), data.type());
    constants.put(v, data);
    return v;
  }

  /** Adds a node; result names derive from {@code name}. */
  public Node node(String name, Op op, List<Value> operands, Origin origin) {
    List<TensorType> types = op.inferTypes(operands.stream().map(Value::type).toList());
    String own = unique(name);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      results.add(
          new Value(unique(types.size() == 1 ? own + ":out" : own + ":" + i), types.get(i)));
    }
    Node node = new Node(own, op, operands, results, origin);
    added.add(node);
    return node;
  }

  /**
   * Moves every use of {@code from}, outputs of the graph included, to {@code to}, which must have
   * the same type.
   */
  public GraphPatch replace(Value from, Value to) {
    if (!from.type().equals(to.type())) {
      throw new IllegalStateException(
          "compiler bug: " + from.name() + " is " + from.type() + ", its replacement " + to.type());
    }
    moved.put(from, to);
    return this;
  }

  /** The edited graph. */
  public Graph apply() {
    Map<Value, Node> producers = new LinkedHashMap<>();
    List<Node> all = new ArrayList<>();
    for (Node n : graph.nodes()) {
      all.add(rewired(n));
    }
    for (Node n : added) {
      all.add(rewired(n));
    }
    all.forEach(n -> n.outputs().forEach(v -> producers.put(v, n)));
    List<Graph.Output> outputs = new ArrayList<>();
    graph.outputs().forEach(o -> outputs.add(new Graph.Output(o.name(), target(o.value()))));
    List<Node> ordered = order(outputs, producers);
    Map<Value, Tensor> kept = new LinkedHashMap<>();
    Set<Value> used = new LinkedHashSet<>();
    outputs.forEach(o -> used.add(o.value()));
    ordered.forEach(n -> used.addAll(n.inputs()));
    for (Map.Entry<Value, Tensor> c : graph.constants().entrySet()) {
      if (used.contains(c.getKey())) {
        kept.put(c.getKey(), c.getValue());
      }
    }
    constants.forEach(
        (v, t) -> {
          if (used.contains(v)) {
            kept.put(v, t);
          }
        });
    return new Graph(graph.name(), graph.inputs(), outputs, ordered, kept);
  }

  /** Nodes that outputs depend on; the old order is kept where dependencies allow. */
  private static List<Node> order(List<Graph.Output> outputs, Map<Value, Node> producers) {
    Set<Node> needed = new HashSet<>();
    Deque<Value> queue = new ArrayDeque<>();
    outputs.forEach(o -> queue.add(o.value()));
    while (!queue.isEmpty()) {
      Node n = producers.get(queue.remove());
      if (n != null && needed.add(n)) {
        queue.addAll(n.inputs());
      }
    }
    Set<Node> done = new LinkedHashSet<>();
    Set<Node> entered = new HashSet<>();
    Deque<Node> stack = new ArrayDeque<>();
    for (Node root : new LinkedHashSet<>(producers.values())) {
      if (needed.contains(root)) {
        stack.push(root);
      }
      while (!stack.isEmpty()) {
        Node n = stack.peek();
        if (done.contains(n)) {
          stack.pop();
          continue;
        }
        boolean ready = true;
        for (int i = n.inputs().size() - 1; i >= 0; i--) {
          Node p = producers.get(n.inputs().get(i));
          if (p != null && !done.contains(p)) {
            if (entered.contains(p) && stack.contains(p)) {
              throw new IllegalStateException("compiler bug: patch makes a cycle at " + p.name());
            }
            stack.push(p);
            ready = false;
          }
        }
        entered.add(n);
        if (ready) {
          stack.pop();
          done.add(n);
        }
      }
    }
    return new ArrayList<>(done);
  }

  private Value target(Value v) {
    Value to = v;
    for (int hops = 0; moved.containsKey(to); hops++) {
      to = moved.get(to);
      if (hops > moved.size()) {
        throw new IllegalStateException("compiler bug: patch moves " + v.name() + " in a circle");
      }
    }
    return to;
  }

  private Node rewired(Node n) {
    if (moved.isEmpty() || n.inputs().stream().noneMatch(moved::containsKey)) {
      return n;
    }
    return new Node(
        n.name(), n.op(), n.inputs().stream().map(this::target).toList(), n.outputs(), n.origin());
  }

  private String unique(String wish) {
    String candidate = wish;
    for (int i = 1; !names.add(candidate); i++) {
      candidate = wish + "_" + i;
    }
    return candidate;
  }
}
