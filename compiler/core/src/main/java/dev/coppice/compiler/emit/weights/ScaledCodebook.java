package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.ScaledLevels;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A codebook and scales that a float tensor consists of: shared weights whose channels were
 * multiplied with a factor each, such as a batch normalization's. The book is that of one channel,
 * with what others have beside it.
 *
 * @param book the entries, ascending; not a copy
 * @param groups which elements have which scale
 */
record ScaledCodebook(float[] book, ScaledLevels groups) {
  /** Most entries of a book. */
  private static final int MAX_ENTRIES = 256;

  /**
   * How far, relative to itself, a value over its scale may be from its entry: six roundings to
   * float.
   */
  private static final double SLACK = 0x1p-21;

  /** Float neighbours of a scale that are tried on either side. */
  private static final int NEIGHBOURS = 2;

  /** Values of a channel by which factors are ruled out. */
  private static final int TRIED_FIRST = 4;

  /**
   * The book and scales of {@code w}, with a channel along an axis for each scale; empty if there
   * are none.
   *
   * @param maxUlps the largest deviation of a decoded value
   */
  static Optional<ScaledCodebook> find(Tensor w, int maxUlps) {
    Shape shape = w.shape();
    for (int axis = 0; axis < shape.rank(); axis++) {
      int channels = shape.dim(axis);
      int stride = shape.sizeOf(axis + 1, shape.rank());
      if (channels > 1) {
        Optional<ScaledCodebook> found = new Search(w, channels, stride, maxUlps).find();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** The bits of the entry of element {@code i} with value {@code value}; 0 for zero. */
  int entry(int i, float value) {
    if (value == 0) {
      return 0;
    }
    double x = value / (double) groups.scales()[groups.group(i)];
    return Float.floatToRawIntBits(book[nearest(book, x)]);
  }

  private static int nearest(float[] book, double x) {
    int low = 0;
    int high = book.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (book[middle] < x) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low > 0 && x - book[low - 1] < book[low] - x ? low - 1 : low;
  }

  private record Search(Tensor w, int channels, int stride, int maxUlps) {
    Optional<ScaledCodebook> find() {
      int each = w.size() / channels;
      List<float[]> values = new ArrayList<>();
      int richest = 0;
      for (int c = 0; c < channels; c++) {
        Optional<float[]> own = values(c, Math.min(MAX_ENTRIES, each / 2));
        if (own.isEmpty()) {
          return Optional.empty();
        }
        values.add(own.get());
        richest = own.get().length > values.get(richest).length ? c : richest;
      }
      float[] book = values.get(richest);
      double[] factors = new double[channels];
      for (int c = 0; c < channels && book.length > 1; c++) {
        factors[c] = c == richest ? 1 : factor(book, values.get(c));
        if (factors[c] == 0 || book.length > MAX_ENTRIES) {
          return Optional.empty();
        }
        book = merged(book, values.get(c), factors[c]);
      }
      return book.length > 1 ? scaled(book, values, factors) : Optional.empty();
    }

    /** The different values of a channel but zero, ascending; empty if there are too many. */
    private Optional<float[]> values(int channel, int most) {
      int each = w.size() / channels;
      Optional<Alphabet> found =
          Alphabet.of(
              each,
              k ->
                  Float.floatToRawIntBits(
                      w.floatAt((k / stride * channels + channel) * stride + k % stride)),
              most);
      return found.map(
          a -> {
            int[] bits = a.without(0).without(Integer.MIN_VALUE).numbers();
            float[] values = new float[bits.length];
            for (int i = 0; i < bits.length; i++) {
              values[i] = Float.intBitsToFloat(bits[i]);
            }
            Arrays.sort(values);
            return values;
          });
    }

    /** What entries of a book are multiplied with to give most of the values, or 0. */
    private static double factor(float[] book, float[] values) {
      if (values.length == 0) {
        return 1;
      }
      float largest = largest(values);
      double best = 0;
      int most = Math.max(1, values.length / 2);
      for (float entry : book) {
        double factor = largest / (double) entry;
        int first = Math.min(TRIED_FIRST, values.length);
        if (matches(book, values, first, factor) >= Math.max(1, first / 2)) {
          int matches = matches(book, values, values.length, factor);
          if (matches > most || matches == most && best == 0) {
            best = factor;
            most = matches;
          }
        }
      }
      return best;
    }

    private static float largest(float[] values) {
      float last = values[values.length - 1];
      return Math.abs(values[0]) > Math.abs(last) ? values[0] : last;
    }

    private static int matches(float[] book, float[] values, int count, double factor) {
      int matches = 0;
      for (int i = 0; i < count; i++) {
        // Spread over all of them, since the first may all be new.
        double x = values[i * values.length / count] / factor;
        matches += Math.abs(book[nearest(book, x)] - x) <= Math.abs(x) * SLACK ? 1 : 0;
      }
      return matches;
    }

    /** The book with those values of a channel that it lacks. */
    private static float[] merged(float[] book, float[] values, double factor) {
      List<Float> added = new ArrayList<>();
      for (float value : values) {
        double x = value / factor;
        if (Math.abs(book[nearest(book, x)] - x) > Math.abs(x) * SLACK) {
          added.add((float) x);
        }
      }
      float[] all = Arrays.copyOf(book, book.length + added.size());
      for (int i = 0; i < added.size(); i++) {
        all[book.length + i] = added.get(i);
      }
      Arrays.sort(all);
      return all;
    }

    private Optional<ScaledCodebook> scaled(float[] book, List<float[]> values, double[] factors) {
      float[] scales = new float[channels];
      int worst = 0;
      for (int c = 0; c < channels; c++) {
        float up = (float) factors[c];
        float down = up;
        scales[c] = up;
        int least = ulps(book, values.get(c), up);
        for (int i = 0; i < NEIGHBOURS && least > 0; i++) {
          up = Math.nextUp(up);
          down = Math.nextDown(down);
          for (float scale : new float[] {up, down}) {
            int ulps = ulps(book, values.get(c), scale);
            scales[c] = ulps < least ? scale : scales[c];
            least = Math.min(least, ulps);
          }
        }
        worst = Math.max(worst, least);
      }
      ScaledLevels groups = new ScaledLevels(scales, channels, stride, w.size(), worst);
      return worst <= maxUlps ? Optional.of(new ScaledCodebook(book, groups)) : Optional.empty();
    }

    private static int ulps(float[] book, float[] values, float scale) {
      int worst = 0;
      for (float value : values) {
        float decoded = book[nearest(book, value / (double) scale)] * scale;
        int distance = Math.abs(Float.floatToRawIntBits(decoded) - Float.floatToRawIntBits(value));
        worst = Math.max(worst, distance);
      }
      return worst;
    }
  }
}
