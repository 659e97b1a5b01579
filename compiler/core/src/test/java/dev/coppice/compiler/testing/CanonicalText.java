package dev.coppice.compiler.testing;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.OpAttributes;
import dev.coppice.compiler.ir.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A graph as text in which nodes are ordered and values named by their place only, so that graphs
 * of equal structure have equal text.
 *
 * @param text one line per node
 * @param constants in the order of the names {@code c0}, {@code c1}, ... in the text
 */
record CanonicalText(String text, List<Value> constants) {

  static CanonicalText of(Graph graph) {
    return new Walk(graph).result();
  }

  /** Names values on the way from the outputs to the inputs. */
  private static final class Walk {
    private final Graph graph;
    private final StringBuilder lines = new StringBuilder();
    private final Map<Value, String> names = new LinkedHashMap<>();
    private final List<Value> constants = new ArrayList<>();
    private int nodes;

    Walk(Graph graph) {
      this.graph = graph;
    }

    CanonicalText result() {
      for (Value v : graph.inputs()) {
        names.put(v, v.name());
        lines.append("input ").append(v.name()).append(": ").append(v.type()).append('\n');
      }
      for (Graph.Output o : graph.outputs()) {
        String value = name(o.value());
        lines.append("output ").append(o.name()).append(" = ").append(value).append('\n');
      }
      return new CanonicalText(lines.toString(), List.copyOf(constants));
    }

    private String name(Value v) {
      String known = names.get(v);
      if (known != null) {
        return known;
      }
      Optional<Node> producer = graph.producer(v);
      if (producer.isEmpty()) {
        names.put(v, "c" + constants.size() + ": " + v.type());
        constants.add(v);
      } else {
        visit(producer.get());
      }
      return names.getOrDefault(v, "?");
    }

    private void visit(Node node) {
      List<String> operands = new ArrayList<>();
      node.inputs().forEach(v -> operands.add(name(v)));
      List<String> results = new ArrayList<>();
      for (Value v : node.outputs()) {
        names.put(v, "v" + nodes++);
        results.add(names.get(v) + ": " + v.type());
      }
      lines.append(String.join(", ", results)).append(" = ").append(node.op().name());
      lines.append('(').append(String.join(", ", operands)).append(") ");
      Map<String, Object> attributes = new LinkedHashMap<>(OpAttributes.of(node.op()));
      attributes.replaceAll((name, a) -> a instanceof Graph body ? of(body).text() : a);
      lines.append(attributes).append('\n');
    }
  }
}
