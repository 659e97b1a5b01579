package dev.coppice.compiler.ir;

import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An immutable dataflow graph: inputs, constants, nodes in topological order, outputs. Made by
 * {@link GraphBuilder}, edited by {@link GraphPatch}.
 */
public final class Graph {

  /**
   * A result of the graph under the name the user knows.
   *
   * @param name the model's name for it
   * @param value the value delivered
   */
  public record Output(String name, Value value) {}

  private final String name;
  private final List<Value> inputs;
  private final List<Output> outputs;
  private final List<Node> nodes;
  private final Map<Value, Tensor> constants;
  private final Map<Value, Node> producers = new HashMap<>();
  private final Map<Value, List<Node>> consumers = new HashMap<>();
  private final Set<Value> delivered = new HashSet<>();
  private final Set<String> valueNames = new HashSet<>();
  private final Set<String> nodeNames = new HashSet<>();

  Graph(
      String name,
      List<Value> inputs,
      List<Output> outputs,
      List<Node> nodes,
      Map<Value, Tensor> constants) {
    this.name = name;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.nodes = List.copyOf(nodes);
    this.constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    this.outputs.forEach(o -> delivered.add(o.value()));
    this.inputs.forEach(v -> valueNames.add(v.name()));
    this.constants.keySet().forEach(v -> valueNames.add(v.name()));
    for (Node node : this.nodes) {
      nodeNames.add(node.name());
      for (Value v : node.outputs()) {
        producers.put(v, node);
        valueNames.add(v.name());
      }
      for (Value v : node.inputs()) {
        List<Node> users = consumers.computeIfAbsent(v, x -> new ArrayList<>());
        if (users.isEmpty() || users.get(users.size() - 1) != node) {
          users.add(node);
        }
      }
    }
  }

  /** Name of the model. */
  public String name() {
    return name;
  }

  /** Inputs in the model's order. */
  public List<Value> inputs() {
    return inputs;
  }

  /** Outputs in the model's order. */
  public List<Output> outputs() {
    return outputs;
  }

  /** Nodes in topological order. */
  public List<Node> nodes() {
    return nodes;
  }

  /** Constants in a deterministic order. */
  public Map<Value, Tensor> constants() {
    return constants;
  }

  /** The data of {@code value} if it is a constant. */
  public Optional<Tensor> constant(Value value) {
    return Optional.ofNullable(constants.get(value));
  }

  /** The node that computes {@code value}; empty for inputs and constants. */
  public Optional<Node> producer(Value value) {
    return Optional.ofNullable(producers.get(value));
  }

  /** The nodes that read {@code value}, each once, in topological order. */
  public List<Node> consumers(Value value) {
    return Collections.unmodifiableList(consumers.getOrDefault(value, List.of()));
  }

  /** Whether {@code value} is delivered by the graph. */
  public boolean isOutput(Value value) {
    return delivered.contains(value);
  }

  /**
   * The only node that reads {@code value}; empty if there are none or several, or if {@code value}
   * is an output.
   */
  public Optional<Node> soleConsumer(Value value) {
    List<Node> users = consumers.getOrDefault(value, List.of());
    return users.size() == 1 && !isOutput(value) ? Optional.of(users.get(0)) : Optional.empty();
  }

  /** Whether an input, a constant or a result is called {@code valueName}. */
  boolean hasValueName(String valueName) {
    return valueNames.contains(valueName);
  }

  /** Whether a node is called {@code nodeName}. */
  boolean hasNodeName(String nodeName) {
    return nodeNames.contains(nodeName);
  }
}
