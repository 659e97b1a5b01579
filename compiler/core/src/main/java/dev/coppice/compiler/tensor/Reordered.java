package dev.coppice.compiler.tensor;

import java.util.function.IntUnaryOperator;

/**
 * A tensor whose elements are those of another in the order in which something reads them. What is
 * known of the other, such as which of its elements share a scale, is known of this one too.
 *
 * @param data the elements in that order
 * @param source the other tensor
 * @param order for each element of {@code data} its place in {@code source}, or -1 if it is zero
 *     and stands for none
 */
public record Reordered(Tensor data, Tensor source, IntUnaryOperator order) {
  /** A tensor in its own order. */
  public static Reordered identity(Tensor data) {
    return new Reordered(data, data, i -> i);
  }
}
