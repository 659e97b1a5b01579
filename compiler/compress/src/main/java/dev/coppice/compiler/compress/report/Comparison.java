package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Values of a compressed model beside those of the original that they stand for.
 *
 * @param pairs what is compared, all of it together; at least one
 * @param text what that is, for people
 */
record Comparison(List<Pair> pairs, String text) {
  Comparison {
    pairs = List.copyOf(pairs);
  }

  /**
   * Two values.
   *
   * @param before name of the original's
   * @param after name of the compressed model's
   * @param kept the part of the original's that the other has; empty if it has all
   */
  record Pair(String before, String after, Optional<Kept> kept) {
    /** What of {@code value}, the original's, is compared. */
    Tensor part(Tensor value) {
      return kept.map(k -> k.of(value)).orElse(value);
    }
  }

  /**
   * Channels that are left.
   *
   * @param axis where channels lie
   * @param channels those of the original, rising
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  record Kept(int axis, int[] channels) {
    /** Channels that turn {@code before} into {@code after}; empty if no axis fits. */
    static Optional<Kept> of(int[] channels, Shape before, Shape after) {
      for (int axis = 0; axis < before.rank(); axis++) {
        int dim = before.dim(axis);
        if (before.with(axis, channels.length).equals(after)
            && Arrays.stream(channels).allMatch(c -> c < dim)) {
          return Optional.of(new Kept(axis, channels.clone()));
        }
      }
      return Optional.empty();
    }

    private Tensor of(Tensor value) {
      int inner = value.shape().strides()[axis];
      int dim = value.shape().dim(axis);
      int n = channels.length;
      return value.gather(
          value.shape().with(axis, n),
          i -> (i / (inner * n) * dim + channels[i / inner % n]) * inner + i % inner);
    }
  }
}
