package dev.coppice.compiler.ir;

import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Prints a graph in the text form that {@link TextParser} reads:
 *
 * <pre>
 * graph kws(x: f32[1,2]) -&gt; (y, z = t) {
 *   t = Mul(x, s: f32[] = 2.0)     # f32[1,2] from 'block1/mul'
 *   y = Softmax(t) {axis=1}
 * }
 * </pre>
 *
 * An operator goes by the name of its record. A constant is described where it is first used: its
 * data follows if it is short or a splat.
 */
public final class TextPrinter {
  private static final int MAX_ELEMENTS = 16;

  private TextPrinter() {}

  /** The text form of {@code graph}. */
  public static String print(Graph graph) {
    StringBuilder text = new StringBuilder("graph ").append(TextTokens.name(graph.name()));
    text.append(
        graph.inputs().stream()
            .map(v -> TextTokens.name(v.name()) + ": " + v.type())
            .collect(Collectors.joining(", ", "(", ")")));
    text.append(
        graph.outputs().stream()
            .map(TextPrinter::output)
            .collect(Collectors.joining(", ", " -> (", ") {\n")));
    Set<Value> described = new LinkedHashSet<>();
    Set<Value> operands = new LinkedHashSet<>();
    graph.nodes().forEach(n -> operands.addAll(n.inputs()));
    graph
        .constants()
        .forEach(
            (v, data) -> {
              if (!operands.contains(v)) {
                text.append("  const ").append(describe(v, data)).append('\n');
              }
            });
    for (Node node : graph.nodes()) {
      text.append("  ").append(node(graph, node, described)).append('\n');
    }
    return text.append("}\n").toString();
  }

  /** The line of one node, with every constant operand described. */
  public static String print(Graph graph, Node node) {
    return node(graph, node, new LinkedHashSet<>());
  }

  private static String output(Graph.Output output) {
    String name = TextTokens.name(output.name());
    String value = TextTokens.name(output.value().name());
    return name.equals(value) ? name : name + " = " + value;
  }

  private static String node(Graph graph, Node node, Set<Value> described) {
    StringBuilder line = new StringBuilder();
    line.append(
        node.outputs().stream()
            .map(v -> TextTokens.name(v.name()))
            .collect(Collectors.joining(", ")));
    line.append(" = ").append(node.op().getClass().getSimpleName());
    line.append(
        node.inputs().stream()
            .map(v -> operand(graph, v, described))
            .collect(Collectors.joining(", ", "(", ")")));
    String attributes = OpAttributes.text(node.op());
    line.append(attributes.isEmpty() ? "" : " " + attributes);
    line.append("  # ");
    line.append(
        node.outputTypes().stream().map(Object::toString).collect(Collectors.joining(", ")));
    List<String> origin = node.origin().nodes();
    line.append(
        origin.isEmpty()
            ? ""
            : origin.stream()
                .map(TextTokens::quote)
                .collect(Collectors.joining(", ", " from ", "")));
    return line.toString();
  }

  private static String operand(Graph graph, Value v, Set<Value> described) {
    return graph.constant(v).isPresent() && described.add(v)
        ? describe(v, graph.constant(v).orElseThrow())
        : TextTokens.name(v.name());
  }

  private static String describe(Value v, Tensor data) {
    String text = TextTokens.name(v.name()) + ": " + v.type();
    if (data.size() > 0 && (data.isSplat() || data.shape().rank() == 0)) {
      return text + " = " + element(data, 0);
    }
    if (data.size() > MAX_ELEMENTS) {
      return text;
    }
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < data.size(); i++) {
      list.append(i == 0 ? "" : ", ").append(element(data, i));
    }
    return text + " = [" + list + "]";
  }

  private static String element(Tensor data, int i) {
    if (!data.dtype().isFloat()) {
      return String.valueOf(data.longAt(i));
    }
    return switch (data.dtype()) {
      case FLOAT64 -> String.valueOf(data.doubleAt(i));
      default -> String.valueOf(data.floatAt(i));
    };
  }
}
