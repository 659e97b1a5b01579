package dev.coppice.compiler.ir;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Assembles a {@link Graph} in topological order; types are inferred as nodes are added. Names are
 * made unique.
 */
public final class GraphBuilder {
  private final String name;
  private final List<Value> inputs = new ArrayList<>();
  private final List<Graph.Output> outputs = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<Value, Tensor> constants = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> nodeNames = new HashSet<>();

  /** A builder of a graph called {@code name}. */
  public GraphBuilder(String name) {
    this.name = name;
  }

  /** Adds an input. */
  public Value input(String inputName, TensorType type) {
    Value v = new Value(unique(names, inputName), type);
    inputs.add(v);
    return v;
  }

  /** Adds a constant. */
  public Value constant(String constantName, Tensor data) {
    Value v = new Value(unique(names, constantName), data.type());
    constants.put(v, data);
    return v;
  }

  /**
   * Adds a node.
   *
   * @param outputNames preferred names of the results; as many results as {@code op} infers are
   *     made, missing names are derived
   * @throws IllegalArgumentException from {@link Op#inferTypes}
   */
  public Node node(
      String nodeName, Op op, List<Value> operands, List<String> outputNames, Origin origin) {
    List<TensorType> types = op.inferTypes(operands.stream().map(Value::type).toList());
    String own = unique(nodeNames, nodeName.isEmpty() ? op.name() : nodeName);
    List<Value> results = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      String wish =
          i < outputNames.size() && !outputNames.get(i).isEmpty()
              ? outputNames.get(i)
              : own + "." + i;
      results.add(new Value(unique(names, wish), types.get(i)));
    }
    Node node = new Node(own, op, operands, results, origin);
    nodes.add(node);
    return node;
  }

  /** Adds a node with one result and returns that; its name follows from {@code nodeName}. */
  public Value add(String nodeName, Op op, Value... operands) {
    return node(nodeName, op, List.of(operands), List.of(nodeName), Origin.of(nodeName)).output();
  }

  /** Declares an output. */
  public void output(String outputName, Value value) {
    outputs.add(new Graph.Output(outputName, value));
  }

  /** The data of {@code value} if it is a constant added here. */
  public Optional<Tensor> constantOf(Value value) {
    return Optional.ofNullable(constants.get(value));
  }

  /** The nodes added so far. */
  public List<Node> nodes() {
    return List.copyOf(nodes);
  }

  /** The graph; constants and nodes that nothing uses are kept. */
  public Graph build() {
    return new Graph(name, inputs, outputs, nodes, constants);
  }

  private static String unique(Set<String> taken, String wish) {
    String candidate = wish;
    for (int i = 1; !taken.add(candidate); i++) {
      candidate = wish + "_" + i;
    }
    return candidate;
  }
}
