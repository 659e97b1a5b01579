package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The names of one graph and, behind them, those of the graphs around it. A name stands for a
 * value, for an initializer that is read when somebody asks, or for something unknown, since what
 * computes it is not supported.
 */
final class Scope {
  private final Optional<Scope> outer;
  private final Map<String, Optional<Value>> values = new LinkedHashMap<>();
  private final Map<String, Function<String, Optional<Value>>> initializers = new LinkedHashMap<>();

  Scope(Optional<Scope> outer) {
    this.outer = outer;
  }

  /** Lets {@code name} stand for {@code value}; empty when it is unknown. */
  void define(String name, Optional<Value> value) {
    values.put(name, value);
  }

  /**
   * Lets {@code name} stand for what {@code reader} gives when it is first asked for; false if it
   * stands for something already.
   */
  boolean defineLater(String name, Function<String, Optional<Value>> reader) {
    return !isOwn(name) && initializers.put(name, reader) == null;
  }

  /** Whether {@code name} stands for anything in this graph. */
  boolean isOwn(String name) {
    return values.containsKey(name) || initializers.containsKey(name);
  }

  /** Whether {@code name} stands for anything here or in a graph around. */
  boolean isDefined(String name) {
    return isOwn(name) || outer.map(o -> o.isDefined(name)).orElse(false);
  }

  /** What names of this graph are known to stand for, in the order in which that became known. */
  Map<String, Value> known() {
    Map<String, Value> known = new LinkedHashMap<>();
    values.forEach((name, value) -> value.ifPresent(v -> known.put(name, v)));
    return known;
  }

  /** What {@code name} stands for; empty when that is unknown. */
  Optional<Value> resolve(String name) {
    Optional<Value> own = values.get(name);
    if (own != null) {
      return own;
    }
    Function<String, Optional<Value>> reader = initializers.get(name);
    if (reader != null) {
      Optional<Value> read = reader.apply(name);
      values.put(name, read);
      return read;
    }
    return outer.flatMap(o -> o.resolve(name));
  }
}
