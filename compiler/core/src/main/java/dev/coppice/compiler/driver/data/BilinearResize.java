package dev.coppice.compiler.driver.data;

/**
 * Bilinear interpolation with antialiasing: where a picture shrinks, the triangle of weights is
 * widened by the same factor. The arithmetic is that of Pillow's {@code Image.resize} with {@code
 * BILINEAR} (Resample.c: first columns, then rows, weights of 22 fractional bits, bytes between
 * them), which most training pipelines use; the bytes are the same.
 */
final class BilinearResize {
  private static final int FRACTION_BITS = 22;

  private BilinearResize() {}

  /** {@code picture} with {@code width} columns and {@code height} rows. */
  static Picture apply(Picture picture, int width, int height) {
    Picture wide = width == picture.width() ? picture : columns(picture, width);
    return height == picture.height() ? wide : rows(wide, height);
  }

  private static Picture columns(Picture p, int width) {
    Weights weights = Weights.of(p.width(), width);
    byte[] pixels = new byte[width * p.height() * p.bands()];
    int at = 0;
    for (int y = 0; y < p.height(); y++) {
      for (int x = 0; x < width; x++) {
        for (int c = 0; c < p.bands(); c++) {
          int sum = 1 << FRACTION_BITS - 1;
          for (int k = 0; k < weights.count[x]; k++) {
            sum += p.at(y, weights.first[x] + k, c) * weights.weight[x][k];
          }
          pixels[at++] = clip(sum);
        }
      }
    }
    return new Picture(width, p.height(), p.bands(), pixels);
  }

  private static Picture rows(Picture p, int height) {
    Weights weights = Weights.of(p.height(), height);
    byte[] pixels = new byte[p.width() * height * p.bands()];
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < p.width(); x++) {
        for (int c = 0; c < p.bands(); c++) {
          int sum = 1 << FRACTION_BITS - 1;
          for (int k = 0; k < weights.count[y]; k++) {
            sum += p.at(weights.first[y] + k, x, c) * weights.weight[y][k];
          }
          pixels[at++] = clip(sum);
        }
      }
    }
    return new Picture(p.width(), height, p.bands(), pixels);
  }

  private static byte clip(int sum) {
    return (byte) Math.max(0, Math.min(255, sum >> FRACTION_BITS));
  }

  /** Which stored pixels count for each of an axis, and how much. */
  private static final class Weights {
    private final int[] first;
    private final int[] count;
    private final int[][] weight;

    private Weights(int n) {
      first = new int[n];
      count = new int[n];
      weight = new int[n][];
    }

    static Weights of(int from, int to) {
      Weights all = new Weights(to);
      double scale = (double) from / to;
      double support = Math.max(scale, 1);
      for (int i = 0; i < to; i++) {
        double center = (i + 0.5) * scale;
        int first = Math.max(0, (int) (center - support + 0.5));
        int end = Math.min(from, (int) (center + support + 0.5));
        all.first[i] = first;
        all.count[i] = end - first;
        all.weight[i] = fixed(triangle(first, end, center, support));
      }
      return all;
    }

    private static double[] triangle(int first, int end, double center, double support) {
      double[] weight = new double[end - first];
      double sum = 0;
      for (int k = 0; k < weight.length; k++) {
        double distance = Math.abs((first + k - center + 0.5) * (1 / support));
        weight[k] = Math.max(0, 1 - distance);
        sum += weight[k];
      }
      for (int k = 0; k < weight.length; k++) {
        weight[k] /= sum;
      }
      return weight;
    }

    private static int[] fixed(double[] weight) {
      int[] fixed = new int[weight.length];
      for (int k = 0; k < fixed.length; k++) {
        fixed[k] = (int) (0.5 + weight[k] * (1 << FRACTION_BITS));
      }
      return fixed;
    }
  }
}
