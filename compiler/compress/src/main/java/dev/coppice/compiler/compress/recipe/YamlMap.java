package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.diag.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** A mapping of a YAML file; what is wrong with it is reported with its line. */
final class YamlMap {
  private final SourceRef file;
  private final DiagnosticSink sink;
  private final int line;
  private final Map<String, Node> entries = new LinkedHashMap<>();

  private YamlMap(SourceRef file, DiagnosticSink sink, int line) {
    this.file = file;
    this.sink = sink;
    this.line = line;
  }

  /**
   * The mapping that {@code node} is; empty, and reported, if it is none.
   *
   * @param what what the mapping describes, for messages
   * @param known the keys it may have
   */
  static Optional<YamlMap> of(
      Node node, String what, List<String> known, SourceRef file, DiagnosticSink sink) {
    YamlMap map = new YamlMap(file, sink, line(node));
    if (!(node instanceof MappingNode mapping)) {
      map.report(node, what + " must be a mapping with keys " + String.join(", ", known));
      return Optional.empty();
    }
    for (NodeTuple tuple : mapping.getValue()) {
      String key = tuple.getKeyNode() instanceof ScalarNode s ? s.getValue() : "?";
      if (!known.contains(key)) {
        map.report(
            tuple.getKeyNode(),
            "unknown key '"
                + key
                + "' in "
                + what
                + "; known are "
                + String.join(", ", known)
                + Suggestion.of(key, known));
      } else if (map.entries.putIfAbsent(key, tuple.getValueNode()) != null) {
        map.report(tuple.getKeyNode(), "key '" + key + "' is given twice in " + what);
      }
    }
    return Optional.of(map);
  }

  /** The value of {@code key} if it is one of {@code choices}; otherwise it is reported. */
  Optional<String> choice(String key, List<String> choices) {
    Node node = entries.get(key);
    String expected = "expected " + String.join(" or ", choices);
    if (node == null) {
      report(line, "key '" + key + "' is missing, " + expected);
      return Optional.empty();
    }
    Optional<String> value = text(node).filter(choices::contains);
    if (value.isEmpty()) {
      report(
          node,
          "key '"
              + key
              + "' is "
              + shown(node)
              + ", "
              + expected
              + text(node).map(t -> Suggestion.of(t, choices)).orElse(""));
    }
    return value;
  }

  /** As {@link #choice(String, List)}, the first choice where the key is absent. */
  Optional<String> choiceOrFirst(String key, List<String> choices) {
    return entries.containsKey(key) ? choice(key, choices) : Optional.of(choices.get(0));
  }

  /** The number of {@code key} if it is at least {@code min} and below {@code end}. */
  OptionalDouble number(String key, double min, double end) {
    String expected = "expected a number from " + min + " to below " + end;
    Node node = entries.get(key);
    if (node == null) {
      report(line, "key '" + key + "' is missing, " + expected);
      return OptionalDouble.empty();
    }
    if (node instanceof ScalarNode s
        && (s.getTag().equals(Tag.FLOAT) || s.getTag().equals(Tag.INT))) {
      try {
        double value = Double.parseDouble(s.getValue());
        if (value >= min && value < end) {
          return OptionalDouble.of(value);
        }
      } catch (NumberFormatException e) {
        // Hexadecimal numbers, infinities and the like are told below.
      }
    }
    report(node, "key '" + key + "' is " + shown(node) + ", " + expected);
    return OptionalDouble.empty();
  }

  /** Whether {@code key} is given. */
  boolean has(String key) {
    return entries.containsKey(key);
  }

  /** 1-based line at which the mapping begins. */
  int line() {
    return line;
  }

  /** The whole number of {@code key} if it is from {@code min} to {@code max}. */
  OptionalInt integer(String key, int min, int max) {
    Node node = entries.get(key);
    String expected = "expected a whole number from " + min + " to " + max;
    if (node == null) {
      report(line, "key '" + key + "' is missing, " + expected);
      return OptionalInt.empty();
    }
    if (node instanceof ScalarNode s && s.getTag().equals(Tag.INT)) {
      try {
        int value = Integer.parseInt(s.getValue());
        if (value >= min && value <= max) {
          return OptionalInt.of(value);
        }
      } catch (NumberFormatException e) {
        // Too large, or not decimal; told below.
      }
    }
    report(node, "key '" + key + "' is " + shown(node) + ", " + expected);
    return OptionalInt.empty();
  }

  /** The quantity of {@code key}, rounded; it is reported if it is none. */
  OptionalLong quantity(String key, Quantity quantity) {
    OptionalDouble value = value(key, quantity);
    return value.isPresent()
        ? OptionalLong.of(Math.round(value.getAsDouble()))
        : OptionalLong.empty();
  }

  /** The quantity of {@code key}; it is reported if it is none. */
  OptionalDouble value(String key, Quantity quantity) {
    Node node = entries.get(key);
    OptionalDouble value =
        node == null
            ? OptionalDouble.empty()
            : text(node).map(quantity::parse).orElse(OptionalDouble.empty());
    if (value.isEmpty()) {
      String problem = node == null ? "is missing" : "is " + shown(node);
      report(
          node == null ? line : line(node),
          "key '" + key + "' " + problem + ", expected " + quantity.expected());
    }
    return value;
  }

  /** The scalar of {@code key}, or those of its sequence with commas between. */
  String texts(String key) {
    Node node = entries.get(key);
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue().stream()
          .map(n -> text(n).orElseGet(() -> shown(n)))
          .collect(Collectors.joining(","));
    }
    return text(key).orElse("");
  }

  /** The scalar of {@code key}; empty where it is absent, reported if it is no scalar. */
  Optional<String> text(String key) {
    Node node = entries.get(key);
    if (node == null) {
      return Optional.empty();
    }
    Optional<String> text = text(node);
    if (text.isEmpty()) {
      report(node, "key '" + key + "' is " + shown(node) + ", expected text");
    }
    return text;
  }

  /** The mapping of {@code key}; empty where it is absent or, reported, no mapping. */
  Optional<YamlMap> map(String key, String what, List<String> known) {
    Node node = entries.get(key);
    return node == null ? Optional.empty() : of(node, what, known, file, sink);
  }

  /** Reports that {@code key} is wrong. */
  void report(String key, String problem) {
    Node node = entries.get(key);
    report(node == null ? line : line(node), "key '" + key + "' " + problem);
  }

  /** The elements of the sequence {@code key}; empty where it is absent or no sequence. */
  List<Node> sequence(String key, String of) {
    Node node = entries.get(key);
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    if (node != null) {
      report(node, "key '" + key + "' is " + shown(node) + ", expected a list of " + of);
    }
    return List.of();
  }

  /** The globs of the sequence {@code key}. */
  List<LayerSelection.Glob> globs(String key) {
    List<LayerSelection.Glob> globs = new ArrayList<>();
    for (Node node : sequence(key, "names")) {
      Optional<String> text = text(node);
      text.ifPresent(t -> globs.add(new LayerSelection.Glob(t, line(node))));
      if (text.isEmpty()) {
        report(node, "an element of '" + key + "' is " + shown(node) + ", expected a name");
      }
    }
    return globs;
  }

  void report(String problem) {
    report(line, problem);
  }

  /** 1-based line at which {@code node} starts. */
  static int line(Node node) {
    return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
  }

  private static Optional<String> text(Node node) {
    return node instanceof ScalarNode s && !s.getTag().equals(Tag.NULL)
        ? Optional.of(s.getValue())
        : Optional.empty();
  }

  private static String shown(Node node) {
    return switch (node.getNodeType()) {
      case SCALAR -> "'" + ((ScalarNode) node).getValue() + "'";
      case SEQUENCE -> "a list";
      case MAPPING -> "a mapping";
      case ANCHOR -> "an alias";
    };
  }

  private void report(Node node, String problem) {
    report(line(node), problem);
  }

  private void report(int at, String problem) {
    sink.report(DiagnosticCode.RECIPE_INVALID, file.atLine(at), problem);
  }
}
