package dev.coppice.compiler.ir;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * An edit of a graph as a value: nodes and constants to add, and values whose uses move to others.
 * Applying it puts added nodes where those stood that they replace, drops what nothing uses any
 * more and restores topological order; the graph's inputs, and the names of its outputs, stay.
 */
public final class GraphPatch {
  private static final Pattern COPY = Pattern.compile("~[0-9]+$");

  private final Graph graph;
  private final List<Node> added = new ArrayList<>();
  private final Map<Value, Tensor> constants = new LinkedHashMap<>();
  private final Map<Value, Value> moved = new HashMap<>();
  private final List<Graph.Output> firstOutputs = new ArrayList<>();
  private final Set<String> valueNames = new HashSet<>();
  private final Set<String> nodeNames = new HashSet<>();

  /** An empty patch of {@code graph}. */
  public GraphPatch(Graph graph) {
    this.graph = graph;
  }

  /** Adds a constant under {@code name} or, if that is taken, a name derived from it. */
  public Value constant(String name, Tensor data) {
    Value v = new Value(unique(valueNames, graph::hasValueName, name), data.type());
    constants.put(v, data);
    return v;
  }

  /** Adds a node; its name and those of its results derive from {@code name}. */
  public Node node(String name, Op op, List<Value> operands, Origin origin) {
    List<TensorType> types = op.inferTypes(operands.stream().map(Value::type).toList());
    String own = unique(nodeNames, graph::hasNodeName, name);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String wish = types.size() == 1 ? own : own + "." + i;
      results.add(new Value(unique(valueNames, graph::hasValueName, wish), types.get(i)));
    }
    Node node = new Node(own, op, operands, results, origin);
    added.add(node);
    return node;
  }

  /** Adds a node with one result, in place of {@code old}: named after it, with its origin. */
  public Value inPlaceOf(Node old, Op op, Value... operands) {
    return node(old.name(), op, List.of(operands), old.origin()).output();
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

  /** Adds an output before all others; only for bodies, whose outputs no caller counts yet. */
  public GraphPatch firstOutput(String name, Value value) {
    firstOutputs.add(0, new Graph.Output(name, value));
    return this;
  }

  /**
   * Whether applying it would change nothing: no value that is read or delivered moves. A node
   * whose other results are still used stays in the graph, and would otherwise be rewritten for
   * ever.
   */
  public boolean isEmpty() {
    return moved.keySet().stream()
        .noneMatch(v -> graph.isOutput(v) || !graph.consumers(v).isEmpty());
  }

  /** The edited graph. */
  public Graph apply() {
    return apply(origin -> origin);
  }

  /** The edited graph; the origins of added nodes say that {@code pass} made them. */
  public Graph applyAs(String pass) {
    return apply(origin -> origin.by(pass));
  }

  private Graph apply(UnaryOperator<Origin> stamp) {
    List<Node> all = new ArrayList<>(graph.nodes().size() + added.size());
    Map<Value, Integer> ends = new HashMap<>();
    for (int i = 0; i < added.size(); i++) {
      for (Value v : added.get(i).outputs()) {
        ends.put(v, i + 1);
      }
    }
    int next = 0;
    for (Node n : graph.nodes()) {
      for (int end = endOfReplacement(n, ends); next < end; next++) {
        all.add(stamped(added.get(next), stamp));
      }
      all.add(rewired(n));
    }
    for (; next < added.size(); next++) {
      all.add(stamped(added.get(next), stamp));
    }
    List<Graph.Output> outputs = new ArrayList<>(firstOutputs);
    graph.outputs().forEach(o -> outputs.add(new Graph.Output(o.name(), target(o.value()))));
    List<Node> ordered = new LiveOrder(all).from(outputs);
    Set<Value> used = new HashSet<>();
    outputs.forEach(o -> used.add(o.value()));
    ordered.forEach(n -> used.addAll(n.inputs()));
    Map<Value, Tensor> kept = new LinkedHashMap<>(graph.constants());
    kept.putAll(constants);
    kept.keySet().retainAll(used);
    return new Graph(graph.name(), graph.inputs(), outputs, ordered, kept);
  }

  private Node stamped(Node n, UnaryOperator<Origin> stamp) {
    Node r = rewired(n);
    return new Node(r.name(), r.op(), r.inputs(), r.outputs(), stamp.apply(r.origin()));
  }

  /**
   * How many added nodes there are up to the last that computes something in place of {@code n}.
   */
  private int endOfReplacement(Node n, Map<Value, Integer> ends) {
    int end = 0;
    for (Value v : n.outputs()) {
      Value to = moved.get(v);
      end = to == null ? end : Math.max(end, ends.getOrDefault(to, 0));
    }
    return end;
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

  /**
   * {@code wish} if it is free, else {@code wish~1}, {@code wish~2}, ...; never {@code wish~1~1}.
   */
  private static String unique(Set<String> own, Predicate<String> taken, String wish) {
    String base = COPY.matcher(wish).replaceFirst("");
    String candidate = base;
    for (int i = 1; taken.test(candidate) || !own.add(candidate); i++) {
      candidate = base + "~" + i;
    }
    return candidate;
  }
}
