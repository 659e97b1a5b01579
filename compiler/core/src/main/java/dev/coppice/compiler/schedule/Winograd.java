package dev.coppice.compiler.schedule;

import dev.coppice.compiler.loop.KernelWeights;
import dev.coppice.compiler.tensor.Tensor;

/**
 * The matrices of minimal filtering F(m x m, 3 x 3): {@code y = A' [(G w G') . (B' x B)] A}, which
 * takes {@code (m + 2)^2} products for {@code m^2} results. Lavin and Gray, Fast Algorithms for
 * Convolutional Neural Networks, 2016.
 *
 * @param outputs m, results of a tile along an axis
 * @param input B', rows of {@code m + 2}
 * @param output A', m rows of {@code m + 2}
 */
record Winograd(int outputs, double[][] input, double[][] output) {
  /** F(2x2, 3x3): 16 products instead of 36; sums and differences only. */
  static final Winograd F2 =
      new Winograd(
          2,
          new double[][] {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}},
          new double[][] {{1, 1, 1, 0}, {0, 1, -1, -1}});

  /** F(4x4, 3x3): 36 products instead of 144, with points 0, 1, -1, 2, -2. */
  static final Winograd F4 =
      new Winograd(
          4,
          new double[][] {
            {4, 0, -5, 0, 1, 0},
            {0, -4, -4, 1, 1, 0},
            {0, 4, -4, -1, 1, 0},
            {0, -2, -1, 2, 1, 0},
            {0, 2, -1, -2, 1, 0},
            {0, 4, 0, -5, 0, 1}
          },
          new double[][] {
            {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}
          });

  /**
   * Whether sums with these weights may be rounded on the way: those of integers are exact if they
   * are added as they are, and halves and sixths of weights would end that.
   */
  static boolean mayRound(Tensor w) {
    for (int i = 0; i < w.size(); i++) {
      if (w.floatAt(i) != Math.rint(w.floatAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** What the literature calls it. */
  String name() {
    return "F(" + outputs + "x" + outputs + ", 3x3)";
  }

  /** Inputs of a tile along an axis. */
  int inputs() {
    return outputs + 2;
  }

  /** Products of a tile for each pair of channels. */
  int products() {
    return inputs() * inputs();
  }

  /**
   * {@code G w G'} of weights {@code [O, C, 3, 3]}: {@code [products, pairs]}.
   *
   * @param order the pair of channels, {@code o * C + c}, at each place of the result, or -1 for
   *     none
   */
  KernelWeights transform(Tensor w, int[] order) {
    return KernelWeights.winograd(
        outputs,
        Packing.gather(w, 9 * order.length, i -> order[i / 9] < 0 ? -1 : order[i / 9] * 9 + i % 9));
  }
}
