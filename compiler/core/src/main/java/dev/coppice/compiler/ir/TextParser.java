package dev.coppice.compiler.ir;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads the text form that {@link TextPrinter} writes. Nodes are named after their first result;
 * result types are inferred; comments are ignored.
 */
public final class TextParser {
  private final OpFactory ops;
  private final Function<Value, Tensor> data;

  /**
   * A parser.
   *
   * @param ops makes the operators
   * @param data supplies constants whose data the text does not give
   */
  public TextParser(OpFactory ops, Function<Value, Tensor> data) {
    this.ops = ops;
    this.data = data;
  }

  /**
   * The graph that {@code text} describes.
   *
   * @throws IllegalArgumentException naming the line if {@code text} is malformed, or from {@link
   *     Op#inferTypes}
   */
  public Graph parse(String text) {
    TextTokens tokens = new TextTokens(text);
    tokens.expect("graph");
    Graph graph = new Run(tokens).graph();
    if (!tokens.atEnd()) {
      throw tokens.error("expected the end");
    }
    return graph;
  }

  /** The state of one {@link #parse}, or of a body within. */
  private final class Run {
    private final TextTokens tokens;
    private final Map<String, Value> values = new LinkedHashMap<>();

    Run(TextTokens tokens) {
      this.tokens = tokens;
    }

    /** The graph whose first word has been read. */
    Graph graph() {
      GraphBuilder graph = new GraphBuilder(tokens.word());
      tokens.expect("(");
      while (!tokens.accept(")")) {
        String name = tokens.word();
        tokens.expect(":");
        define(name, graph.input(name, type()));
        separator(")");
      }
      tokens.expect("->");
      Map<String, String> outputs = outputs();
      tokens.expect("{");
      while (!tokens.accept("}")) {
        statement(graph);
      }
      outputs.forEach((name, value) -> graph.output(name, value(value)));
      return graph.build();
    }

    private Map<String, String> outputs() {
      Map<String, String> outputs = new LinkedHashMap<>();
      tokens.expect("(");
      while (!tokens.accept(")")) {
        String name = tokens.word();
        if (outputs.put(name, tokens.accept("=") ? tokens.word() : name) != null) {
          throw tokens.error("output '" + name + "' is declared twice");
        }
        separator(")");
      }
      return outputs;
    }

    private void statement(GraphBuilder graph) {
      String first = tokens.word();
      if (first.equals("const") && !tokens.peek("=") && !tokens.peek(",")) {
        constant(graph, tokens.word());
        return;
      }
      List<String> results = new ArrayList<>(List.of(first));
      while (tokens.accept(",")) {
        results.add(tokens.word());
      }
      tokens.expect("=");
      String name = tokens.word();
      tokens.expect("(");
      List<Value> operands = new ArrayList<>();
      while (!tokens.accept(")")) {
        String operand = tokens.word();
        operands.add(tokens.peek(":") ? constant(graph, operand) : value(operand));
        separator(")");
      }
      Op op = ops.create(name, tokens.accept("{") ? attributes() : Map.of());
      Node node = graph.node(first, op, operands, results, Origin.NONE);
      if (node.outputs().size() != results.size()) {
        throw tokens.error(
            "'" + first + "': " + name + " has " + node.outputs().size() + " results");
      }
      for (int i = 0; i < results.size(); i++) {
        define(results.get(i), node.outputs().get(i));
      }
    }

    private Map<String, Object> attributes() {
      Map<String, Object> attributes = new LinkedHashMap<>();
      while (!tokens.accept("}")) {
        String name = tokens.word();
        tokens.expect("=");
        attributes.put(name, attribute());
        separator("}");
      }
      return attributes;
    }

    private Object attribute() {
      if (tokens.accept("[")) {
        List<Object> list = new ArrayList<>();
        while (!tokens.accept("]")) {
          list.add(attribute());
          separator("]");
        }
        return list;
      }
      if (tokens.peekQuoted()) {
        return tokens.word();
      }
      String word = tokens.word();
      return word.equals("graph") ? new Run(tokens).graph() : new OpAttributes.Word(word);
    }

    private Value constant(GraphBuilder graph, String name) {
      tokens.expect(":");
      TensorType type = type();
      Tensor tensor = tokens.accept("=") ? literal(type) : data.apply(new Value(name, type));
      Value value = graph.constant(name, tensor);
      define(name, value);
      return value;
    }

    private Tensor literal(TensorType type) {
      if (!tokens.accept("[")) {
        String word = tokens.word();
        return type.shape().rank() == 0
            ? tensor(type, List.of(word))
            : type.dtype().isFloat()
                ? Tensor.splat(type, Double.parseDouble(word))
                : Tensor.splatLong(type, Long.parseLong(word));
      }
      List<String> words = new ArrayList<>();
      while (!tokens.accept("]")) {
        words.add(tokens.word());
        separator("]");
      }
      if (words.size() != type.shape().size()) {
        throw tokens.error(type + " given " + words.size() + " elements");
      }
      return tensor(type, words);
    }

    private Tensor tensor(TensorType type, List<String> words) {
      return type.dtype().isFloat()
          ? Tensor.fromDoubles(type, i -> Double.parseDouble(words.get(i)))
          : Tensor.fromLongs(type, i -> Long.parseLong(words.get(i)));
    }

    private TensorType type() {
      Optional<DType> dtype = DType.ofLabel(tokens.word());
      if (dtype.isEmpty()) {
        throw tokens.error("expected an element type such as f32 before this");
      }
      List<Integer> dims = new ArrayList<>();
      tokens.expect("[");
      while (!tokens.accept("]")) {
        dims.add(Integer.valueOf(tokens.word()));
        separator("]");
      }
      return new TensorType(dtype.get(), Shape.of(dims));
    }

    private void separator(String end) {
      if (!tokens.peek(end)) {
        tokens.expect(",");
      }
    }

    private Value value(String name) {
      Value value = values.get(name);
      if (value == null) {
        throw tokens.error("no value '" + name + "'");
      }
      return value;
    }

    private void define(String name, Value value) {
      if (values.put(name, value) != null) {
        throw tokens.error("'" + name + "' is defined twice");
      }
    }
  }
}
