package dev.coppice.compiler.compress.evaluate;

import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.OptionalInt;

/** Inputs of one model, with or without labels, in a fixed order. */
public interface Examples {
  /** How many there are. */
  int count();

  /** Example {@code i}: a tensor for each input of the model, of its type. */
  List<Tensor> inputs(int i);

  /** The class of example {@code i}; empty where there are no labels. */
  OptionalInt label(int i);

  /** Those from {@code from} to before {@code to}. */
  default Examples range(int from, int to) {
    if (from < 0 || to < from || to > count()) {
      throw new IllegalArgumentException(from + ".." + to + " of " + count());
    }
    Examples all = this;
    return new Examples() {
      @Override
      public int count() {
        return to - from;
      }

      @Override
      public List<Tensor> inputs(int i) {
        return all.inputs(from + i);
      }

      @Override
      public OptionalInt label(int i) {
        return all.label(from + i);
      }
    };
  }

  /** The first {@code n}, or all if there are fewer. */
  default Examples first(int n) {
    return range(0, Math.min(n, count()));
  }

  /** Examples in memory; {@code labels} is empty where there are none. */
  static Examples of(List<List<Tensor>> inputs, List<Integer> labels) {
    List<List<Tensor>> all = List.copyOf(inputs);
    List<Integer> classes = List.copyOf(labels);
    if (!classes.isEmpty() && classes.size() != all.size()) {
      throw new IllegalArgumentException(classes.size() + " labels for " + all.size());
    }
    return new Examples() {
      @Override
      public int count() {
        return all.size();
      }

      @Override
      public List<Tensor> inputs(int i) {
        return all.get(i);
      }

      @Override
      public OptionalInt label(int i) {
        return classes.isEmpty() ? OptionalInt.empty() : OptionalInt.of(classes.get(i));
      }
    };
  }
}
