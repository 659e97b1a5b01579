package dev.coppice.examples.benchmarks;

import java.util.Arrays;
import java.util.function.IntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What one core can do at most, measured.
 *
 * @param gflops float32 operations a nanosecond of fused multiply-adds between registers, two each
 * @param gigabytes bytes a nanosecond that are read in a stream from memory
 */
record CorePeak(double gflops, double gigabytes) {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** More than the caches hold. */
  private static final long MEMORY_BYTES = 256L << 20;

  private static final int ROUNDS = 30;
  private static final int WARM_UP_ROUNDS = 60;

  /** Independent sums: as many as hide the latency of an addition in registers. */
  private static final int CHAINS = 10;

  private static final int STEPS = 20_000;

  /** Measures this core; takes two seconds. */
  static CorePeak measure() {
    float[] sink = new float[SPECIES.length()];
    double nanos = best(WARM_UP_ROUNDS, n -> multiplyAdd(n, sink), STEPS);
    if (!Float.isFinite(sink[0])) {
      throw new IllegalStateException("sums of the peak measurement overflow");
    }
    double flops = 2.0 * CHAINS * SPECIES.length() * STEPS;
    return new CorePeak(flops / nanos, bandwidth(MEMORY_BYTES));
  }

  /**
   * Bytes a nanosecond that are read again and again from an array of {@code bytes}: the cache that
   * holds it bounds them, or memory.
   */
  static double bandwidth(long bytes) {
    float[] data =
        new float[(int) Math.max(SPECIES.length() * 8L, Math.min(bytes, MEMORY_BYTES) / 4)];
    Arrays.fill(data, 1);
    int repeats = (int) Math.max(1, (1 << 22) / (4L * data.length));
    float[] sink = new float[SPECIES.length()];
    int rounds = data.length > 1 << 24 ? 3 : WARM_UP_ROUNDS;
    double nanos =
        best(
            rounds,
            n -> {
              for (int r = 0; r < n; r++) {
                sum(data, sink);
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

  private static void multiplyAdd(int steps, float[] sink) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector c = FloatVector.broadcast(SPECIES, 1e-3f);
    FloatVector s0 = c.mul(1);
    FloatVector s1 = c.mul(2);
    FloatVector s2 = c.mul(3);
    FloatVector s3 = c.mul(4);
    FloatVector s4 = c.mul(5);
    FloatVector s5 = c.mul(6);
    FloatVector s6 = c.mul(7);
    FloatVector s7 = c.mul(8);
    FloatVector s8 = c.mul(9);
    FloatVector s9 = c.mul(10);
    for (int i = 0; i < steps; i++) {
      s0 = s0.fma(x, c);
      s1 = s1.fma(x, c);
      s2 = s2.fma(x, c);
      s3 = s3.fma(x, c);
      s4 = s4.fma(x, c);
      s5 = s5.fma(x, c);
      s6 = s6.fma(x, c);
      s7 = s7.fma(x, c);
      s8 = s8.fma(x, c);
      s9 = s9.fma(x, c);
    }
    s0.add(s1).add(s2).add(s3).add(s4).add(s5).add(s6).add(s7).add(s8).add(s9).intoArray(sink, 0);
  }

  private static void sum(float[] data, float[] sink) {
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int lanes = SPECIES.length();
    for (int i = 0; i <= data.length - 4 * lanes; i += 4 * lanes) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, data, i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, data, i + lanes));
      s2 = s2.add(FloatVector.fromArray(SPECIES, data, i + 2 * lanes));
      s3 = s3.add(FloatVector.fromArray(SPECIES, data, i + 3 * lanes));
    }
    s0.add(s1).add(s2).add(s3).intoArray(sink, 0);
  }
}
