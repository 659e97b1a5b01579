package dev.coppice.examples.benchmarks;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * What one core can do at most, measured.
 *
 * @param gflops float32 operations a nanosecond of fused multiply-adds between registers, two each
 * @param gigabytes bytes a nanosecond that are read from memory
 */
record CorePeak(double gflops, double gigabytes) {
  /** More than the caches hold. */
  private static final long MEMORY_BYTES = 256L << 20;

  private static final int ROUNDS = 30;
  private static final int WARM_UP_ROUNDS = 60;

  private static final int STEPS = 20_000;

  /** Measures this core; takes two seconds. */
  static CorePeak measure() {
    float[] sink = new float[VectorKernels.LANES];
    double nanos = best(WARM_UP_ROUNDS, n -> VectorKernels.multiplyAdd(n, sink), STEPS);
    if (!Float.isFinite(sink[0])) {
      throw new IllegalStateException("sums of the peak measurement overflow");
    }
    double flops = 2.0 * VectorKernels.CHAINS * VectorKernels.LANES * STEPS;
    return new CorePeak(flops / nanos, bandwidth(MEMORY_BYTES));
  }

  /**
   * Bytes a nanosecond that are read again and again from an array of {@code bytes}: the cache that
   * holds it bounds them, or memory.
   */
  static double bandwidth(long bytes) {
    float[] data =
        new float[(int) Math.max(VectorKernels.LANES * 8L, Math.min(bytes, MEMORY_BYTES) / 4)];
    Arrays.fill(data, 1);
    int repeats = (int) Math.max(1, (1 << 22) / (4L * data.length));
    float[] sink = new float[VectorKernels.LANES];
    int rounds = data.length > 1 << 24 ? 3 : WARM_UP_ROUNDS;
    double nanos =
        best(
            rounds,
            n -> {
              for (int r = 0; r < n; r++) {
                VectorKernels.sum(data, sink);
              }
            },
            repeats);
    return 4.0 * data.length * repeats / nanos;
  }

  /** Fewest nanoseconds of {@link #ROUNDS} calls after so many. */
  private static double best(int warmUp, IntConsumer kernel, int n) {
    double best = Double.MAX_VALUE;
    for (int round = -warmUp; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      kernel.accept(n);
      best = round < 0 ? best : Math.min(best, System.nanoTime() - begin);
    }
    return best;
  }
}
