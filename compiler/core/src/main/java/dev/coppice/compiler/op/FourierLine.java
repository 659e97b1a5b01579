package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Stmt;

/**
 * The discrete Fourier transform of one line of {@code n} complex numbers in scratch, in double:
 * put the elements, transform, read the results.
 */
interface FourierLine {
  /** Lengths up to this that are not powers of two are computed by definition. */
  int SHORT = 32;

  /** Sets all elements to zero, for lines of which not all are put. */
  Stmt clear();

  /** Sets element {@code i}; doubles, the imaginary part a literal where it is zero. */
  Stmt put(Expr i, Expr re, Expr im);

  /** Computes the results; the elements are lost. */
  Stmt transform();

  /** Real part of result {@code i}. */
  Expr real(Expr i);

  /** Imaginary part of result {@code i}. */
  Expr imaginary(Expr i);

  /** The transform of length {@code n}, at least 1. */
  static FourierLine of(KernelBuilder k, int n, boolean inverse) {
    FourierLine forward =
        Integer.bitCount(n) == 1
            ? new FastFourier(k, n)
            : n <= SHORT ? new DirectFourier(k, n) : new ChirpFourier(k, n);
    return inverse ? new Inverse(forward, n) : forward;
  }

  /** Results of the definition: {@code sum over j of (re + i im)[j] exp(-+2 pi i j k / n)}. */
  static double[][] definition(double[] re, double[] im, boolean inverse) {
    int n = re.length;
    double[][] y = new double[2][n];
    double sign = inverse ? 1 : -1;
    double scale = inverse ? 1.0 / n : 1;
    for (int k = 0; k < n; k++) {
      for (int j = 0; j < n; j++) {
        double angle = sign * 2 * Math.PI * ((long) j * k % n) / n;
        y[0][k] += scale * (re[j] * Math.cos(angle) - im[j] * Math.sin(angle));
        y[1][k] += scale * (re[j] * Math.sin(angle) + im[j] * Math.cos(angle));
      }
    }
    return y;
  }

  /** The forward transform with real and imaginary parts exchanged before and after. */
  record Inverse(FourierLine forward, int n) implements FourierLine {
    @Override
    public Stmt clear() {
      return forward.clear();
    }

    @Override
    public Stmt put(Expr i, Expr re, Expr im) {
      return forward.put(i, im, re);
    }

    @Override
    public Stmt transform() {
      return forward.transform();
    }

    @Override
    public Expr real(Expr i) {
      return Exprs.mul(forward.imaginary(i), Exprs.doubleLit(1.0 / n));
    }

    @Override
    public Expr imaginary(Expr i) {
      return Exprs.mul(forward.real(i), Exprs.doubleLit(1.0 / n));
    }
  }
}
