package dev.coppice.examples.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The loops that {@link CorePeak} measures. */
final class VectorKernels {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Floats of a vector. */
  static final int LANES = SPECIES.length();

  /** Independent sums: as many as hide the latency of an addition in registers. */
  static final int CHAINS = 10;

  private VectorKernels() {}

  /** {@link #CHAINS} fused multiply-adds of vectors in each of so many steps. */
  static void multiplyAdd(int steps, float[] sink) {
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

  /**
   * Reads {@code data}, but for what is left of it behind whole vectors, in four streams side by
   * side, which memory brings faster than one; the sums of the lanes go to {@code sink}.
   */
  static void sum(float[] data, float[] sink) {
    int quarter = data.length / 4 / LANES * LANES;
    FloatVector s0 = FloatVector.zero(SPECIES);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    for (int i = 0; i < quarter; i += LANES) {
      s0 = s0.add(FloatVector.fromArray(SPECIES, data, i));
      s1 = s1.add(FloatVector.fromArray(SPECIES, data, i + quarter));
      s2 = s2.add(FloatVector.fromArray(SPECIES, data, i + 2 * quarter));
      s3 = s3.add(FloatVector.fromArray(SPECIES, data, i + 3 * quarter));
    }
    s0.add(s1).add(s2).add(s3).intoArray(sink, 0);
  }
}
