package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Values whose number of elements along some axes is known only at run time: their static shape is
 * a bound, and an i64 of one element says how many there are.
 */
final class Extents {
  private final Map<Value, SortedMap<Integer, Value>> counts = new LinkedHashMap<>();
  private final Optional<Extents> around;

  /** Without any. */
  Extents() {
    this.around = Optional.empty();
  }

  /** None beyond those of {@code around}. */
  Extents(Extents around) {
    this.around = Optional.of(around);
  }

  /** Lets {@code count} say how many elements {@code value} has along {@code axis}. */
  void set(Value value, int axis, Value count) {
    counts.computeIfAbsent(value, v -> new TreeMap<>()).put(axis, count);
  }

  /** The counts of {@code value} by axis; empty when its shape is static. */
  SortedMap<Integer, Value> of(Value value) {
    SortedMap<Integer, Value> own = counts.get(value);
    return own != null ? own : around.map(a -> a.of(value)).orElseGet(TreeMap::new);
  }

  /** Whether the shape of {@code value} is known only at run time. */
  boolean isDynamic(Value value) {
    return !of(value).isEmpty();
  }

  /** Hands over to {@code target}, with each value replaced by what {@code now} says. */
  void moveTo(Extents target, UnaryOperator<Value> now) {
    counts.forEach(
        (value, axes) ->
            axes.forEach((axis, count) -> target.set(now.apply(value), axis, now.apply(count))));
    counts.clear();
  }
}
