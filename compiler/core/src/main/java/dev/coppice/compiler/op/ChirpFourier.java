package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * A transform of any length as a circular convolution with a chirp (Bluestein 1970): with {@code
 * c[i] = exp(-pi i^2 / n)}, result {@code k} is {@code c[k]} times the sum over {@code j} of {@code
 * x[j] c[j] conj(c[k - j])}. The convolution is two fast transforms of a power of two that is at
 * least {@code 2 n - 1}; the transform of the conjugate chirp is a table.
 */
final class ChirpFourier implements FourierLine {
  private final int n;
  private final int size;
  private final FastFourier fast;
  private final Buffer chirp;
  private final Buffer filter;

  ChirpFourier(KernelBuilder k, int n) {
    this.n = n;
    this.size = Integer.highestOneBit(2 * n - 2) * 2;
    this.fast = new FastFourier(k, size, 2);
    this.chirp =
        k.weightRows(
            "chirp",
            Tensor.fromDoubles(
                TensorType.of(DType.FLOAT64, 2, n),
                i -> i < n ? Math.cos(angle(i)) : Math.sin(angle(i - n))));
    double[][] f = filter();
    this.filter =
        k.weightRows(
            "filter",
            Tensor.fromDoubles(TensorType.of(DType.FLOAT64, 2, size), i -> f[i / size][i % size]));
  }

  private double angle(int i) {
    return -Math.PI * ((long) i * i % (2L * n)) / n;
  }

  /** The transform of the conjugate chirp, over {@code size} for the inverse transform's sake. */
  private double[][] filter() {
    double[] re = new double[size];
    double[] im = new double[size];
    for (int i = 0; i < n; i++) {
      int back = (size - i) % size;
      re[i] = re[back] = Math.cos(angle(i)) / size;
      im[i] = im[back] = -Math.sin(angle(i)) / size;
    }
    recursive(re, im);
    return new double[][] {re, im};
  }

  private static void recursive(double[] re, double[] im) {
    int half = re.length / 2;
    if (half == 0) {
      return;
    }
    double[][] parts = new double[4][half];
    for (int i = 0; i < half; i++) {
      parts[0][i] = re[2 * i];
      parts[1][i] = im[2 * i];
      parts[2][i] = re[2 * i + 1];
      parts[3][i] = im[2 * i + 1];
    }
    recursive(parts[0], parts[1]);
    recursive(parts[2], parts[3]);
    for (int i = 0; i < half; i++) {
      double c = Math.cos(-Math.PI * i / half);
      double s = Math.sin(-Math.PI * i / half);
      double tr = parts[2][i] * c - parts[3][i] * s;
      double ti = parts[2][i] * s + parts[3][i] * c;
      re[i] = parts[0][i] + tr;
      im[i] = parts[1][i] + ti;
      re[i + half] = parts[0][i] - tr;
      im[i + half] = parts[1][i] - ti;
    }
  }

  @Override
  public Stmt clear() {
    return fast.clear();
  }

  @Override
  public Stmt put(Expr i, Expr re, Expr im) {
    Var c = new Var("c", LoopType.DOUBLE);
    Var s = new Var("s", LoopType.DOUBLE);
    Var a = new Var("a", LoopType.DOUBLE);
    Var b = new Var("b", LoopType.DOUBLE);
    return new Stmt.Block(
        List.of(
            local(c, load(row(chirp, intLit(0)), i)),
            local(s, load(row(chirp, intLit(1)), i)),
            local(a, re),
            local(b, im),
            fast.put(
                i,
                sub(mul(ref(a), ref(c)), mul(ref(b), ref(s))),
                add(mul(ref(a), ref(s)), mul(ref(b), ref(c))))));
  }

  @Override
  public Stmt transform() {
    Var a = new Var("a", LoopType.DOUBLE);
    Var b = new Var("b", LoopType.DOUBLE);
    Var c = new Var("c", LoopType.DOUBLE);
    Var s = new Var("s", LoopType.DOUBLE);
    Stmt filtered =
        loop(
            "i",
            size,
            i ->
                new Stmt.Block(
                    List.of(
                        local(a, fast.real(i)),
                        local(b, fast.imaginary(i)),
                        local(c, load(row(filter, intLit(0)), i)),
                        local(s, load(row(filter, intLit(1)), i)),
                        fast.put(
                            1,
                            i,
                            sub(mul(ref(a), ref(c)), mul(ref(b), ref(s))),
                            add(mul(ref(a), ref(s)), mul(ref(b), ref(c)))))));
    // The parts exchanged, so that this is the inverse transform.
    return Stmts.block(fast.transform(), filtered, fast.transform(fast.im(1), fast.re(1)));
  }

  @Override
  public Expr real(Expr i) {
    return sub(
        mul(load(fast.re(1), i), load(row(chirp, intLit(0)), i)),
        mul(load(fast.im(1), i), load(row(chirp, intLit(1)), i)));
  }

  @Override
  public Expr imaginary(Expr i) {
    return add(
        mul(load(fast.re(1), i), load(row(chirp, intLit(1)), i)),
        mul(load(fast.im(1), i), load(row(chirp, intLit(0)), i)));
  }
}
