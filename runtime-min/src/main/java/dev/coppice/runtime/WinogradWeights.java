package dev.coppice.runtime;

/**
 * Weights of 3x3 convolutions as minimal filtering F(m x m, 3 x 3) takes them: {@code G w G'}, (m +
 * 2)^2 numbers for 9. Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2016.
 */
public final class WinogradWeights {
  private static final int TAPS = 3;

  private static final double[] G2 = {1, 0, 0, .5, .5, .5, .5, -.5, .5, 0, 0, 1};

  /** With points 0, 1, -1, 2, -2. */
  private static final double[] G4 = {
    1 / 4.0, 0, 0, -1 / 6.0, -1 / 6.0, -1 / 6.0, -1 / 6.0, 1 / 6.0, -1 / 6.0, 1 / 24.0, 1 / 12.0,
    1 / 6.0, 1 / 24.0, -1 / 12.0, 1 / 6.0, 0, 0, 1
  };

  private WinogradWeights() {}

  /**
   * Puts {@code G w G'} of each pair of channels into {@code dst[offset ..]}: {@code [(m + 2)^2,
   * pairs]}. Sums are of double precision and rounded once.
   *
   * @param outputs m, 2 or 4
   * @param w the weights: {@code [pairs, 3, 3]}
   */
  public static void expand(int outputs, float[] w, float[] dst, int offset) {
    double[] g = outputs == 2 ? G2 : G4;
    int n = outputs + 2;
    int pairs = w.length / (TAPS * TAPS);
    double[] left = new double[n * TAPS];
    for (int pair = 0; pair < pairs; pair++) {
      int at = pair * TAPS * TAPS;
      for (int i = 0; i < left.length; i += TAPS) {
        for (int b = 0; b < TAPS; b++) {
          left[i + b] = g[i] * w[at + b] + g[i + 1] * w[at + 3 + b] + g[i + 2] * w[at + 6 + b];
        }
      }
      int to = offset + pair;
      for (int i = 0; i < left.length; i += TAPS) {
        for (int j = 0; j < g.length; j += TAPS, to += pairs) {
          dst[to] = (float) (left[i] * g[j] + left[i + 1] * g[j + 1] + left[i + 2] * g[j + 2]);
        }
      }
    }
  }
}
