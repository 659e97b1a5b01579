package dev.coppice.compiler.schedule;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;

/**
 * The matrices of minimal filtering F(m x m, 3 x 3): {@code y = A' [(G w G') . (B' x B)] A}, which
 * takes {@code (m + 2)^2} products for {@code m^2} results. Lavin and Gray, Fast Algorithms for
 * Convolutional Neural Networks, 2016.
 *
 * @param outputs m, results of a tile along an axis
 * @param input B', rows of {@code m + 2}
 * @param weights G, rows of 3
 * @param output A', m rows of {@code m + 2}
 */
record Winograd(int outputs, double[][] input, double[][] weights, double[][] output) {
  /** F(2x2, 3x3): 16 products instead of 36; sums and differences only. */
  static final Winograd F2 =
      new Winograd(
          2,
          new double[][] {{1, 0, -1, 0}, {0, 1, 1, 0}, {0, -1, 1, 0}, {0, 1, 0, -1}},
          new double[][] {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}},
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
            {1 / 4.0, 0, 0},
            {-1 / 6.0, -1 / 6.0, -1 / 6.0},
            {-1 / 6.0, 1 / 6.0, -1 / 6.0},
            {1 / 24.0, 1 / 12.0, 1 / 6.0},
            {1 / 24.0, -1 / 12.0, 1 / 6.0},
            {0, 0, 1}
          },
          new double[][] {
            {1, 1, 1, 1, 1, 0}, {0, 1, -1, 2, -2, 0}, {0, 1, 1, 4, 4, 0}, {0, 1, -1, 8, -8, 1}
          });

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

  /** {@code G w G'} of weights {@code [O, C, 3, 3]}: {@code [products, O, C]}. */
  Tensor transform(Tensor w) {
    int n = inputs();
    int pairs = w.shape().dim(0) * w.shape().dim(1);
    float[] all = new float[n * n * pairs];
    for (int pair = 0; pair < pairs; pair++) {
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          double sum = 0;
          for (int t = 0; t < 9; t++) {
            sum += weights[i][t / 3] * w.doubleAt(pair * 9 + t) * weights[j][t % 3];
          }
          all[(i * n + j) * pairs + pair] = (float) sum;
        }
      }
    }
    return Tensor.ofFloats(Shape.of(n * n, w.shape().dim(0), w.shape().dim(1)), all);
  }
}
