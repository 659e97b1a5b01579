package dev.coppice.compiler.compress.linalg;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;

/**
 * The sums over samples that a linear least-squares problem {@code Y ~ X W^T + b} needs, in double:
 * {@code X^T X}, {@code X^T Y}, the sums of X and Y and the squares of Y. Samples come one by one
 * and are not kept, so that one walk over calibration data serves every choice of inputs ({@link
 * #select}) and of ridge.
 */
public final class NormalEquations {
  /** Samples gathered before they are added to the sums, which is cheaper for several at once. */
  private static final int BLOCK = 64;

  private final int inputs;
  private final int outputs;
  private final DMatrixRMaj xx;
  private final DMatrixRMaj xy;
  private final double[] xSum;
  private final double[] ySum;
  private final double[] ySquares;
  private final double[] xBlock;
  private final double[] yBlock;
  private int pending;
  private long samples;

  /**
   * No samples yet.
   *
   * @param inputs elements of a row of X, at least 1
   * @param outputs elements of a row of Y; 0 if only the Gram matrix is wanted
   */
  public NormalEquations(int inputs, int outputs) {
    if (inputs < 1 || outputs < 0) {
      throw new IllegalArgumentException(inputs + " inputs, " + outputs + " outputs");
    }
    this.inputs = inputs;
    this.outputs = outputs;
    this.xx = new DMatrixRMaj(inputs, inputs);
    this.xy = new DMatrixRMaj(inputs, outputs);
    this.xSum = new double[inputs];
    this.ySum = new double[outputs];
    this.ySquares = new double[outputs];
    this.xBlock = new double[BLOCK * inputs];
    this.yBlock = new double[BLOCK * outputs];
  }

  /** Elements of a row of X. */
  public int inputs() {
    return inputs;
  }

  /** Elements of a row of Y. */
  public int outputs() {
    return outputs;
  }

  /** The number of samples added. */
  public long samples() {
    return samples;
  }

  /**
   * Adds the sample {@code x[xAt .. xAt + inputs), y[yAt .. yAt + outputs)}.
   *
   * @throws IllegalArgumentException if an element is not finite; the sums then are as before
   */
  public void add(float[] x, int xAt, float[] y, int yAt) {
    copyFinite(x, xAt, xBlock, pending * inputs, inputs);
    copyFinite(y, yAt, yBlock, pending * outputs, outputs);
    samples++;
    if (++pending == BLOCK) {
      flush();
    }
  }

  private static void copyFinite(float[] from, int at, double[] to, int toAt, int n) {
    for (int i = 0; i < n; i++) {
      float v = from[at + i];
      if (!Float.isFinite(v)) {
        throw new IllegalArgumentException("element " + i + " of a sample is " + v);
      }
      to[toAt + i] = v;
    }
  }

  private void flush() {
    Gram.addUpper(xx, xBlock, pending);
    Gram.addCross(xy, xBlock, yBlock, pending);
    for (int r = 0; r < pending; r++) {
      for (int i = 0; i < inputs; i++) {
        xSum[i] += xBlock[r * inputs + i];
      }
      for (int o = 0; o < outputs; o++) {
        double y = yBlock[r * outputs + o];
        ySum[o] += y;
        ySquares[o] += y * y;
      }
    }
    pending = 0;
  }

  /** The same samples with the inputs {@code keep}, in that order, and no others. */
  public NormalEquations select(int... keep) {
    flush();
    NormalEquations some = new NormalEquations(keep.length, outputs);
    for (int i = 0; i < keep.length; i++) {
      int from = keep[i];
      some.xSum[i] = xSum[from];
      System.arraycopy(xy.data, from * outputs, some.xy.data, i * outputs, outputs);
      for (int j = i; j < keep.length; j++) {
        some.xx.set(i, j, xx.get(Math.min(from, keep[j]), Math.max(from, keep[j])));
      }
    }
    System.arraycopy(ySum, 0, some.ySum, 0, outputs);
    System.arraycopy(ySquares, 0, some.ySquares, 0, outputs);
    some.samples = samples;
    return some;
  }

  /** {@code X^T X}, or with {@code centred} that of X less its mean: {@code [inputs, inputs]}. */
  public DMatrixRMaj gram(boolean centred) {
    flush();
    DMatrixRMaj gram = xx.copy();
    Gram.mirror(gram);
    return centred ? lessMeans(gram, xSum, xSum) : gram;
  }

  /**
   * {@code X^T Y}, or with {@code centred} that of both less their means: {@code [inputs,
   * outputs]}.
   */
  public DMatrixRMaj cross(boolean centred) {
    flush();
    return centred ? lessMeans(xy.copy(), xSum, ySum) : xy.copy();
  }

  private DMatrixRMaj lessMeans(DMatrixRMaj sum, double[] a, double[] b) {
    for (int i = 0; i < a.length && samples > 0; i++) {
      double mean = a[i] / samples;
      for (int j = 0; j < b.length; j++) {
        sum.data[i * b.length + j] -= mean * b[j];
      }
    }
    return sum;
  }

  /** The bias that is best with {@code weights: [outputs, inputs]}: mean of {@code Y - X W^T}. */
  public double[] bias(DMatrixRMaj weights) {
    flush();
    double[] bias = new double[outputs];
    for (int o = 0; o < outputs && samples > 0; o++) {
      bias[o] = (ySum[o] - dot(weights.data, o * inputs, xSum)) / samples;
    }
    return bias;
  }

  /**
   * The sum of squares of {@code Y - X W^T - b}. It is a difference of sums: below some 1e-15 of
   * the squares of Y it is rounding.
   *
   * @param weights {@code [outputs, inputs]}
   * @param bias {@code [outputs]}
   */
  public double squaredError(DMatrixRMaj weights, double[] bias) {
    flush();
    DMatrixRMaj wg = new DMatrixRMaj(outputs, inputs);
    if (outputs > 0) {
      CommonOps_DDRM.mult(weights, gram(false), wg);
    }
    double error = 0;
    for (int o = 0; o < outputs; o++) {
      double fitted = 0;
      double mixed = 0;
      for (int i = 0; i < inputs; i++) {
        double w = weights.data[o * inputs + i];
        fitted += w * wg.data[o * inputs + i];
        mixed += w * xy.data[i * outputs + o];
      }
      double b = bias[o];
      double shift = b * (samples * b - 2 * ySum[o] + 2 * dot(weights.data, o * inputs, xSum));
      error += Math.max(0, ySquares[o] - 2 * mixed + fitted + shift);
    }
    return error;
  }

  /** The sum of squares of Y. */
  public double squaredOutputs() {
    flush();
    double sum = 0;
    for (double s : ySquares) {
      sum += s;
    }
    return sum;
  }

  private static double dot(double[] a, int at, double[] b) {
    double sum = 0;
    for (int i = 0; i < b.length; i++) {
      sum += a[at + i] * b[i];
    }
    return sum;
  }
}
