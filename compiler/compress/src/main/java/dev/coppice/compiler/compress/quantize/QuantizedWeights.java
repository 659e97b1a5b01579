package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Weights as integers {@code q} of a few bits with a scale S per group: {@code w ~ (q - z) * S}
 * (Jacob et al. 2018, arXiv 1712.05877). Symmetric: {@code S = max|w| / (2^(b-1) - 1)}, no zero
 * point, the lowest integer is not used. Asymmetric: {@code S = (max - min) / (2^b - 1)} of a range
 * that holds 0, {@code z = round(low - min / S)}. Zero stays zero; a group of zeros has the scale
 * 1.
 *
 * @param values integers, in the shape of the weights: int8, of int16 weights int16
 * @param scales float32, one per group
 * @param zeroPoints of the type of the values, one per group; empty if all are 0
 * @param type how many bits the integers have
 * @param groups which weights share a scale
 */
record QuantizedWeights(
    Tensor values,
    Tensor scales,
    Optional<Tensor> zeroPoints,
    WeightType type,
    WeightGroups groups) {
  /** Fractions of a range that {@link #closest} tries. */
  private static final int STEPS = 90;

  private static final double SMALLEST = 0.1;

  /**
   * Finite float32 weights as symmetric int8.
   *
   * @param axis the axis of output channels, or -1 for one scale
   * @throws IllegalArgumentException if a weight is not finite
   */
  static QuantizedWeights of(Tensor w, int axis) {
    WeightGroups groups =
        axis < 0 ? WeightGroups.all(w.shape()) : WeightGroups.channels(w.shape(), axis);
    return of(w, WeightType.INT8, groups, true);
  }

  /**
   * Finite float32 weights in ranges that hold them all.
   *
   * @throws IllegalArgumentException if a weight is not finite
   */
  static QuantizedWeights of(Tensor w, WeightType type, WeightGroups groups, boolean symmetric) {
    double[][] ranges = ranges(w, groups);
    Steps[] steps = new Steps[groups.count()];
    Arrays.setAll(steps, g -> Steps.of(ranges[0][g], ranges[1][g], type, symmetric));
    return of(w, type, groups, symmetric, steps);
  }

  /**
   * As {@link #of}, in the parts of the ranges that give the least sum of squared errors: large
   * weights are clipped where that makes the others so much finer.
   */
  static QuantizedWeights closest(
      Tensor w, WeightType type, WeightGroups groups, boolean symmetric) {
    double[][] ranges = ranges(w, groups);
    int count = groups.count();
    Steps[] best = new Steps[count];
    double[] least = new double[count];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int k = STEPS; k >= 0; k--) {
      double part = SMALLEST + (1 - SMALLEST) * k / STEPS;
      Steps[] steps = new Steps[count];
      Arrays.setAll(
          steps, g -> Steps.of(ranges[0][g] * part, ranges[1][g] * part, type, symmetric));
      double[] errors = new double[count];
      for (int i = 0; i < w.size(); i++) {
        int g = groups.of(i);
        double error = w.floatAt(i) - steps[g].real(steps[g].nearest(w.floatAt(i)));
        errors[g] += error * error;
      }
      for (int g = 0; g < count; g++) {
        if (errors[g] < least[g]) {
          least[g] = errors[g];
          best[g] = steps[g];
        }
      }
    }
    return of(w, type, groups, symmetric, best);
  }

  /**
   * The integers that numbers are rounded to.
   *
   * @param scale the distance of two
   * @param zero the one that stands for 0
   * @param low the lowest
   * @param high the highest
   */
  record Steps(float scale, int zero, int low, int high) {
    /** Steps for a range that, made to hold 0, is {@code [min, max]}. */
    static Steps of(double min, double max, WeightType type, boolean symmetric) {
      int low = type.low(symmetric);
      int high = type.high();
      double span = symmetric ? Math.max(-min, max) : max - min;
      float scale = (float) (span / (symmetric ? high : high - low));
      // Below the normal range a quotient loses bits; such weights are as good as zero.
      if (scale < Float.MIN_NORMAL) {
        return new Steps(1, 0, low, high);
      }
      int zero = symmetric ? 0 : (int) Math.max(low, Math.min(high, Math.rint(low - min / scale)));
      return new Steps(scale, zero, low, high);
    }

    /** The integer nearest to {@code w}, ties to even. */
    int nearest(double w) {
      return (int) Math.max(low, Math.min(high, Math.rint(w / scale) + zero));
    }

    /** What {@code q} stands for. */
    float real(int q) {
      return (q - zero) * scale;
    }
  }

  /** What group {@code g} is rounded to. */
  Steps steps(int g) {
    boolean symmetric = zeroPoints.isEmpty();
    int zero = zeroPoints.map(z -> (int) z.longAt(g)).orElse(0);
    return new Steps(scales.floatAt(g), zero, type.low(symmetric), type.high());
  }

  /** The same steps with other integers, in the order of the weights. */
  QuantizedWeights with(int[] integers) {
    Tensor rounded = Tensor.fromLongs(values.type(), i -> integers[i]);
    return new QuantizedWeights(rounded, scales, zeroPoints, type, groups);
  }

  /**
   * These integers, but for groups whose scale is below {@code least}: those are rounded anew with
   * that scale.
   *
   * @param w the weights before
   * @param least smallest scale of each group
   */
  QuantizedWeights notFinerThan(Tensor w, float[] least) {
    Steps[] steps = new Steps[groups.count()];
    boolean changed = false;
    for (int g = 0; g < steps.length; g++) {
      Steps own = steps(g);
      changed |= own.scale() < least[g];
      steps[g] = new Steps(Math.max(own.scale(), least[g]), own.zero(), own.low(), own.high());
    }
    if (!changed) {
      return this;
    }
    QuantizedWeights coarser = of(w, type, groups, zeroPoints.isEmpty(), steps);
    return coarser.with(
        IntStream.range(0, w.size())
            .map(
                i ->
                    (int)
                        (steps(groups.of(i)).scale() < least[groups.of(i)]
                            ? coarser.values().longAt(i)
                            : values.longAt(i)))
            .toArray());
  }

  /** The float32 weights that the integers stand for, as DequantizeLinear computes them. */
  Tensor dequantized() {
    Steps[] steps = new Steps[groups.count()];
    Arrays.setAll(steps, this::steps);
    float[] w = new float[values.size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = steps[groups.of(i)].real((int) values.longAt(i));
    }
    return Tensor.ofFloats(values.shape(), w);
  }

  /** The same with zero points that are written down where all are 0. */
  QuantizedWeights withZeroPoints() {
    Tensor zeros =
        zeroPoints.orElseGet(() -> Tensor.splatLong(scales.type().with(values.dtype()), 0));
    return new QuantizedWeights(values, scales, Optional.of(zeros), type, groups);
  }

  /** Bits that values, scales and zero points take. */
  long storedBits() {
    return (long) type.bits() * values.size()
        + (long) (Float.SIZE + (zeroPoints.isPresent() ? type.bits() : 0)) * scales.size();
  }

  private static QuantizedWeights of(
      Tensor w, WeightType type, WeightGroups groups, boolean symmetric, Steps[] steps) {
    DType dtype = type == WeightType.INT16 ? DType.INT16 : DType.INT8;
    Shape perGroup = groups.scales();
    Tensor values =
        Tensor.fromLongs(
            new TensorType(dtype, w.shape()), i -> steps[groups.of(i)].nearest(w.floatAt(i)));
    Tensor scales =
        Tensor.fromDoubles(new TensorType(DType.FLOAT32, perGroup), g -> steps[g].scale());
    Optional<Tensor> zeros =
        symmetric
            ? Optional.empty()
            : Optional.of(Tensor.fromLongs(new TensorType(dtype, perGroup), g -> steps[g].zero()));
    return new QuantizedWeights(values, scales, zeros, type, groups);
  }

  /** Least and greatest element of each group and 0. */
  private static double[][] ranges(Tensor w, WeightGroups groups) {
    double[][] ranges = new double[2][groups.count()];
    for (int i = 0; i < w.size(); i++) {
      float v = w.floatAt(i);
      if (!Float.isFinite(v)) {
        throw new IllegalArgumentException("element " + i + " is " + v);
      }
      int g = groups.of(i);
      ranges[0][g] = Math.min(ranges[0][g], v);
      ranges[1][g] = Math.max(ranges[1][g], v);
    }
    return ranges;
  }
}
