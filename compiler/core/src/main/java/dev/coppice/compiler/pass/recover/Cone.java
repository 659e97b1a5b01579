package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Elementwise nodes and reductions that compute one value from one other and from numbers. No other
 * node reads what lies between.
 *
 * @param graph where they are
 * @param nodes the nodes, the last first, each before those it reads
 * @param leaf what they read
 */
record Cone(Graph graph, List<Node> nodes, Value leaf) {
  /** Activations and normalizations take fewer nodes in every spelling that is known. */
  private static final int MOST_NODES = 16;

  /** The cones of at least two nodes that end in {@code root}, the largest first. */
  static List<Cone> of(Graph graph, Node root) {
    List<Cone> cones = new ArrayList<>();
    if (!isPart(root)) {
      return cones;
    }
    Set<Node> nodes = new LinkedHashSet<>(Set.of(root));
    while (nodes.size() <= MOST_NODES) {
      Set<Value> leaves = leaves(graph, nodes);
      if (leaves.size() == 1 && nodes.size() > 1) {
        cones.add(0, new Cone(graph, List.copyOf(nodes), leaves.iterator().next()));
      }
      Optional<Node> next =
          leaves.stream()
              .map(graph::producer)
              .flatMap(Optional::stream)
              .filter(p -> isPart(p) && isRead(graph, p, nodes))
              .findFirst();
      if (next.isEmpty()) {
        break;
      }
      nodes.add(next.get());
    }
    return cones;
  }

  private static boolean isPart(Node node) {
    boolean numbers = node.op() instanceof Pointwise && !(node.op() instanceof Cast);
    DType dtype = node.output().type().dtype();
    boolean real = dtype == DType.FLOAT32 || dtype == DType.FLOAT64 || dtype == DType.BOOL;
    return real && (numbers || node.op() instanceof Reduce);
  }

  /** Whether {@code nodes} are all that read {@code node}. */
  private static boolean isRead(Graph graph, Node node, Set<Node> nodes) {
    return !graph.isOutput(node.output()) && nodes.containsAll(graph.consumers(node.output()));
  }

  /** What {@code nodes} read but numbers. */
  private static Set<Value> leaves(Graph graph, Set<Node> nodes) {
    Set<Value> leaves = new LinkedHashSet<>();
    for (Node n : nodes) {
      for (Value v : n.inputs()) {
        boolean own = graph.producer(v).filter(nodes::contains).isPresent();
        if (!own && number(graph, v).isEmpty()) {
          leaves.add(v);
        }
      }
    }
    return leaves;
  }

  private static Optional<Double> number(Graph graph, Value v) {
    return graph
        .constant(v)
        .filter(t -> t.size() == 1 || t.isSplat() && t.size() > 0)
        .map(t -> t.doubleAt(0));
  }

  /** Whether an operator of this class is among the nodes. */
  boolean has(Class<? extends Op> op) {
    return nodes.stream().anyMatch(n -> op.isInstance(n.op()));
  }

  /**
   * Whether all operators are of {@code classes}. What follows from a few values is only certain
   * for functions without steps or bounds that these values may miss.
   */
  boolean isOf(Set<Class<? extends Op>> classes) {
    return nodes.stream().allMatch(n -> classes.contains(n.op().getClass()));
  }

  /** The reductions. */
  Stream<Reduce> reductions() {
    return nodes.stream().map(Node::op).filter(Reduce.class::isInstance).map(Reduce.class::cast);
  }

  /** The axes of the first reduction, of which there must be one. */
  List<Integer> axes() {
    return reductions().findFirst().orElseThrow().axes();
  }

  /** The numbers that the nodes read. */
  List<Double> numbers() {
    return nodes.stream()
        .flatMap(n -> n.inputs().stream())
        .flatMap(v -> number(graph, v).stream())
        .distinct()
        .toList();
  }

  /** What the nodes compute, in double, when the leaf is {@code x}, of its rank. */
  Tensor evaluate(Tensor x) {
    Map<Value, Tensor> values = new LinkedHashMap<>(Map.of(leaf, x));
    List<Node> rest = new ArrayList<>(nodes);
    while (!rest.isEmpty()) {
      Node ready =
          rest.stream()
              .filter(n -> n.inputs().stream().allMatch(v -> isKnown(v, values)))
              .findFirst()
              .orElseThrow();
      List<Tensor> operands = new ArrayList<>();
      for (Value v : ready.inputs()) {
        Tensor known = values.get(v);
        operands.add(known != null ? known : scalar(v));
      }
      values.put(ready.output(), ready.op().evaluate(operands).get(0));
      rest.remove(ready);
    }
    return Objects.requireNonNull(values.get(nodes.get(0).output()));
  }

  private boolean isKnown(Value v, Map<Value, Tensor> values) {
    return values.containsKey(v) || graph.constant(v).isPresent();
  }

  private Tensor scalar(Value v) {
    double value = number(graph, v).orElseThrow();
    DType dtype = v.type().dtype().isFloat() ? DType.FLOAT64 : v.type().dtype();
    return dtype.isFloat()
        ? Tensor.splat(TensorType.of(dtype), value)
        : Tensor.splatLong(TensorType.of(dtype), (long) value);
  }
}
