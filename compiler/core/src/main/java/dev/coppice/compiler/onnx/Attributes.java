package dev.coppice.compiler.onnx;

import com.google.protobuf.ByteString;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto.AttributeType;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The attributes of one node by name and type. It remembers what was asked for: whatever is left
 * over at the end is not supported.
 */
final class Attributes {
  private final SourceRef where;
  private final Map<String, AttributeProto> byName = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();

  /**
   * The attributes of {@code node}.
   *
   * @throws CompileException if two have one name
   */
  Attributes(NodeProto node, SourceRef where) {
    this.where = where;
    for (AttributeProto attribute : node.getAttributeList()) {
      if (byName.putIfAbsent(attribute.getName(), attribute) != null) {
        throw invalid("attribute '" + attribute.getName() + "' is given twice");
      }
    }
  }

  /** Whether {@code name} is given. */
  boolean has(String name) {
    asked.add(name);
    return byName.containsKey(name);
  }

  /** An integer that fits 32 bits. */
  int integer(String name, int otherwise) {
    return (int) longInteger(name, otherwise, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /** An integer that must be given. */
  int integer(String name) {
    required(name);
    return integer(name, 0);
  }

  /** An integer of 64 bits. */
  long longInteger(String name, long otherwise) {
    return longInteger(name, otherwise, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private long longInteger(String name, long otherwise, long min, long max) {
    long value = get(name, AttributeType.INT, AttributeProto::getI).orElse(otherwise);
    if (value < min || value > max) {
      throw invalid("attribute '" + name + "' is " + value + ", which is out of range");
    }
    return value;
  }

  /** An integer that is 0 or 1. */
  boolean flag(String name, boolean otherwise) {
    int value = integer(name, otherwise ? 1 : 0);
    if (value != 0 && value != 1) {
      throw invalid("attribute '" + name + "' is " + value + ", expected 0 or 1");
    }
    return value == 1;
  }

  /** A float. */
  float number(String name, float otherwise) {
    return get(name, AttributeType.FLOAT, AttributeProto::getF).orElse(otherwise);
  }

  /** A string. */
  String text(String name, String otherwise) {
    return get(name, AttributeType.STRING, a -> a.getS().toStringUtf8()).orElse(otherwise);
  }

  /** A string that must be one of {@code choices}, the first of which is the default. */
  String choice(String name, String... choices) {
    String value = text(name, choices[0]);
    if (!List.of(choices).contains(value)) {
      throw invalid(
          "attribute '"
              + name
              + "' is '"
              + value
              + "', expected one of "
              + String.join(", ", choices));
    }
    return value;
  }

  /** A list of integers of 32 bits. */
  Optional<List<Integer>> integers(String name) {
    return longIntegers(name)
        .map(
            values -> {
              List<Integer> narrow = new ArrayList<>();
              for (long v : values) {
                if (v != (int) v) {
                  throw invalid("attribute '" + name + "' holds " + v + ", which is out of range");
                }
                narrow.add((int) v);
              }
              return narrow;
            });
  }

  /** A list of integers of 64 bits. */
  Optional<List<Long>> longIntegers(String name) {
    return get(name, AttributeType.INTS, AttributeProto::getIntsList);
  }

  /** A list of floats. */
  Optional<List<Float>> numbers(String name) {
    return get(name, AttributeType.FLOATS, AttributeProto::getFloatsList);
  }

  /** A list of strings. */
  Optional<List<String>> texts(String name) {
    return get(name, AttributeType.STRINGS, AttributeProto::getStringsList)
        .map(all -> all.stream().map(ByteString::toStringUtf8).toList());
  }

  /** Any attribute of type {@code type}. */
  <T> Optional<T> get(String name, AttributeType type, Function<AttributeProto, T> getter) {
    asked.add(name);
    AttributeProto attribute = byName.get(name);
    if (attribute == null) {
      return Optional.empty();
    }
    if (attribute.getType() != type) {
      throw invalid(
          "attribute '" + name + "' is of type " + attribute.getType() + ", expected " + type);
    }
    return Optional.of(getter.apply(attribute));
  }

  /** Accepts attributes that change nothing in inference. */
  void ignore(String... names) {
    asked.addAll(List.of(names));
  }

  /**
   * Checks that every attribute was asked for.
   *
   * @throws CompileException naming those that were not
   */
  void checkAllAsked() {
    List<String> left = new ArrayList<>(byName.keySet());
    left.removeAll(asked);
    if (!left.isEmpty()) {
      throw unsupported(left.get(0), "the operator has no such attribute in this opset");
    }
  }

  /** The complaint that {@code name} has a value that is valid but not supported. */
  CompileException unsupported(String name, String why) {
    return new CompileException(DiagnosticCode.UNSUPPORTED_ATTRIBUTE, where, "'" + name + "'", why);
  }

  private void required(String name) {
    if (!byName.containsKey(name)) {
      throw invalid("attribute '" + name + "' is missing");
    }
  }

  private CompileException invalid(String problem) {
    return new CompileException(DiagnosticCode.BAD_NODE, where, problem);
  }
}
