package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.ScaledBytes;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Signed bytes and scales that a float tensor consists of: element {@code i} is {@code q * scales[i
 * / stride % scales.length]}. Weights keep this form however a schedule orders them: a channel is
 * runs at equal distances.
 *
 * @param scales one per channel; not a copy
 * @param stride elements of a channel that lie together
 * @param ulps the largest distance between an element and its decoded value in units in the last
 *     place
 */
record Int8Scales(float[] scales, int stride, int ulps) {
  /** Elements of a channel that are looked at before all of them are. */
  private static final int SAMPLE = 256;

  /**
   * How often the whole tensor may be looked at. Where nearly all elements are zero a sample says
   * little, and there can be thousands of ways to form channels.
   */
  private static final int MAX_ATTEMPTS = 64;

  /**
   * The scales of {@code w} with the fewest channels; empty if there are none.
   *
   * @param maxUlps the largest deviation of a decoded value
   * @param maxChannels more scales are not worth their bytes
   */
  static Optional<Int8Scales> find(Tensor w, int maxUlps, int maxChannels) {
    List<Integer> divisors = divisors(w.size());
    int attempts = 0;
    for (int channels : divisors) {
      if (channels > maxChannels) {
        break;
      }
      for (int i = divisors.size() - 1; i >= 0; i--) {
        int stride = divisors.get(i);
        if (w.size() / channels % stride == 0 && isPossible(w, channels, stride)) {
          Optional<Int8Scales> found = of(w, channels, stride, maxUlps);
          if (found.isPresent() || ++attempts == MAX_ATTEMPTS) {
            return found;
          }
        }
        if (channels == 1) {
          break;
        }
      }
    }
    return Optional.empty();
  }

  /** The byte of element {@code i} with value {@code value}. */
  int quantized(int i, float value) {
    return ScaledBytes.quantized(value, scales[i / stride % scales.length]);
  }

  private static boolean isPossible(Tensor w, int channels, int stride) {
    for (int c : new int[] {0, channels / 2, channels - 1}) {
      if (!ScaledBytes.possible(w, channel(w, channels, stride, c, SAMPLE))) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Int8Scales> of(Tensor w, int channels, int stride, int maxUlps) {
    float[] scales = new float[channels];
    int ulps = 0;
    for (int c = 0; c < channels; c++) {
      Optional<ScaledBytes> fit =
          ScaledBytes.of(w, channel(w, channels, stride, c, Integer.MAX_VALUE), maxUlps);
      if (fit.isEmpty()) {
        return Optional.empty();
      }
      scales[c] = fit.get().scale();
      ulps = Math.max(ulps, fit.get().ulps());
    }
    return Optional.of(new Int8Scales(scales, stride, ulps));
  }

  /** At most {@code limit} elements of channel {@code c}, spread over all of it. */
  private static ScaledBytes.Elements channel(
      Tensor w, int channels, int stride, int c, int limit) {
    int all = w.size() / channels;
    int size = Math.min(all, limit);
    return new ScaledBytes.Elements() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public int at(int i) {
        int k = size == all ? i : (int) ((long) i * all / size);
        return (k / stride * channels + c) * stride + k % stride;
      }
    };
  }

  private static List<Integer> divisors(int n) {
    List<Integer> low = new ArrayList<>();
    List<Integer> high = new ArrayList<>();
    for (int d = 1; (long) d * d <= n; d++) {
      if (n % d == 0) {
        low.add(d);
        if (d != n / d) {
          high.add(0, n / d);
        }
      }
    }
    low.addAll(high);
    return low;
  }
}
