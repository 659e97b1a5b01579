package dev.coppice.compiler.ir;

import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The invariants of a {@link Graph}: names are unique, nodes stand in topological order, every
 * operand is defined with the type it is used with, result types are what the operator infers,
 * constants have the type of their values, outputs exist.
 */
public final class GraphVerifier {

  /**
   * A broken invariant.
   *
   * @param node the node at fault, if it is one
   * @param message what is wrong, with values
   */
  public record Violation(Optional<String> node, String message) {
    @Override
    public String toString() {
      return node.map(n -> "node '" + n + "': ").orElse("") + message;
    }
  }

  private final Graph graph;
  private final List<Violation> violations = new ArrayList<>();
  private final Map<String, Value> defined = new LinkedHashMap<>();

  private GraphVerifier(Graph graph) {
    this.graph = graph;
  }

  /** Every broken invariant of {@code graph}, in graph order; empty for a sound graph. */
  public static List<Violation> violations(Graph graph) {
    GraphVerifier verifier = new GraphVerifier(graph);
    verifier.verifySources();
    verifier.verifyNodes();
    verifier.verifyOutputs();
    return List.copyOf(verifier.violations);
  }

  /**
   * Checks {@code graph}.
   *
   * @throws IllegalStateException with the first violation
   */
  public static void verify(Graph graph) {
    for (Violation v : violations(graph)) {
      throw new IllegalStateException("compiler bug: graph '" + graph.name() + "', " + v);
    }
  }

  private void verifySources() {
    for (Value v : graph.inputs()) {
      define(Optional.empty(), v);
    }
    for (Map.Entry<Value, Tensor> c : graph.constants().entrySet()) {
      define(Optional.empty(), c.getKey());
      if (!c.getKey().type().equals(c.getValue().type())) {
        report(
            Optional.empty(),
            "constant '%s' is declared %s but holds %s",
            c.getKey().name(),
            c.getKey().type(),
            c.getValue().type());
      }
    }
  }

  private void verifyNodes() {
    Set<String> names = new HashSet<>();
    for (Node node : graph.nodes()) {
      Optional<String> where = Optional.of(node.name());
      if (!names.add(node.name())) {
        report(where, "another node has this name");
      }
      for (Value v : node.inputs()) {
        verifyUse(where, "operand", v);
      }
      verifyTypes(where, node);
      node.outputs().forEach(v -> define(where, v));
    }
  }

  private void verifyUse(Optional<String> where, String role, Value v) {
    Value definition = defined.get(v.name());
    if (definition == null) {
      report(where, "%s '%s' is not defined before it is used", role, v.name());
    } else if (!definition.equals(v)) {
      report(where, "%s '%s' is used as %s but is %s", role, v.name(), v.type(), definition.type());
    }
  }

  private void verifyTypes(Optional<String> where, Node node) {
    List<TensorType> inferred;
    try {
      inferred = node.op().inferTypes(node.inputTypes());
    } catch (IllegalArgumentException e) {
      report(
          where, "%s rejects its operands: %s", node.op().name(), String.valueOf(e.getMessage()));
      return;
    }
    if (!inferred.equals(node.outputTypes())) {
      report(where, "results are %s but %s infers %s", node.outputTypes(), node.op(), inferred);
    }
    if (node.outputs().isEmpty()) {
      report(where, "there are no results");
    }
  }

  private void verifyOutputs() {
    Set<String> names = new HashSet<>();
    for (Graph.Output output : graph.outputs()) {
      if (!names.add(output.name())) {
        report(Optional.empty(), "two outputs are called '%s'", output.name());
      }
      verifyUse(Optional.empty(), "output", output.value());
    }
    if (graph.outputs().isEmpty()) {
      report(Optional.empty(), "there are no outputs");
    }
  }

  private void define(Optional<String> where, Value v) {
    if (defined.put(v.name(), v) != null) {
      report(where, "value '%s' is defined twice", v.name());
    }
  }

  private void report(Optional<String> where, String format, Object... args) {
    violations.add(new Violation(where, String.format(Locale.ROOT, format, args)));
  }
}
