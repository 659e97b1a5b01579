package dev.coppice.compiler.interp;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Runs a graph node by node through {@link dev.coppice.compiler.ir.Op#evaluate}; a value is dropped
 * after its last use.
 */
public final class ReferenceInterpreter {
  private final Graph graph;
  private final List<List<Value>> deaths;

  /** An interpreter of {@code graph}. */
  public ReferenceInterpreter(Graph graph) {
    this.graph = graph;
    this.deaths = deaths(graph);
  }

  /**
   * The outputs, in the graph's order.
   *
   * @param inputs in the graph's order
   * @throws IllegalArgumentException if count or types of {@code inputs} are not the graph's
   */
  public List<Tensor> run(List<Tensor> inputs) {
    return run(inputs, (value, tensor) -> {});
  }

  /** As {@link #run(List)}; shows {@code observer} every result of every node as it is computed. */
  public List<Tensor> run(List<Tensor> inputs, BiConsumer<Value, Tensor> observer) {
    Map<Value, Tensor> live = new HashMap<>(graph.constants());
    bind(inputs, live);
    for (int n = 0; n < graph.nodes().size(); n++) {
      Node node = graph.nodes().get(n);
      List<Tensor> operands = new ArrayList<>();
      node.inputs().forEach(v -> operands.add(tensor(live, v)));
      List<Tensor> results = node.op().evaluate(operands);
      for (int i = 0; i < node.outputs().size(); i++) {
        Value v = node.outputs().get(i);
        if (!results.get(i).type().equals(v.type())) {
          throw new IllegalStateException(
              String.format(
                  Locale.ROOT,
                  "compiler bug: node '%s': %s yields %s for %s",
                  node.name(),
                  node.op(),
                  results.get(i).type(),
                  v.type()));
        }
        live.put(v, results.get(i));
        observer.accept(v, results.get(i));
      }
      deaths.get(n).forEach(live::remove);
    }
    return graph.outputs().stream().map(o -> tensor(live, o.value())).toList();
  }

  private void bind(List<Tensor> inputs, Map<Value, Tensor> live) {
    if (inputs.size() != graph.inputs().size()) {
      throw new IllegalArgumentException(
          graph.name() + " has " + graph.inputs().size() + " inputs, got " + inputs.size());
    }
    for (int i = 0; i < inputs.size(); i++) {
      Value v = graph.inputs().get(i);
      if (!v.type().equals(inputs.get(i).type())) {
        throw new IllegalArgumentException(
            "input " + v.name() + " is " + v.type() + ", got " + inputs.get(i).type());
      }
      live.put(v, inputs.get(i));
    }
  }

  private static Tensor tensor(Map<Value, Tensor> live, Value v) {
    Tensor tensor = live.get(v);
    if (tensor == null) {
      throw new IllegalStateException("compiler bug: value '" + v.name() + "' is not computed");
    }
    return tensor;
  }

  /** For each node the computed values that nothing reads after it. */
  private static List<List<Value>> deaths(Graph graph) {
    List<List<Value>> deaths = new ArrayList<>();
    Set<Value> later = new HashSet<>();
    graph.outputs().forEach(o -> later.add(o.value()));
    for (int i = graph.nodes().size() - 1; i >= 0; i--) {
      Node node = graph.nodes().get(i);
      List<Value> dead = new ArrayList<>();
      for (Value v : node.outputs()) {
        if (later.add(v)) {
          dead.add(v);
        }
      }
      for (Value v : node.inputs()) {
        if (later.add(v)) {
          dead.add(v);
        }
      }
      deaths.add(dead);
    }
    Collections.reverse(deaths);
    return deaths;
  }
}
