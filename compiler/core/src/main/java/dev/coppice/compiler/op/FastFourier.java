package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.doubleLit;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Function;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A transform whose length is a power of two, in place by decimation in time (Cooley and Tukey
 * 1965): elements are put in bit-reversed order, the first two stages are one without
 * multiplications, the others take their factors from a table of constants.
 */
final class FastFourier implements FourierLine {
  private static final Buffer RE = Buffer.row("re", DType.FLOAT64, Buffer.Role.OUTPUT, 0);
  private static final Buffer IM = Buffer.row("im", DType.FLOAT64, Buffer.Role.OUTPUT, 0);

  private final int n;
  private final Buffer z;
  private final Buffer order;
  private final Buffer factors;

  FastFourier(KernelBuilder k, int n) {
    this(k, n, 1);
  }

  /** As many lines as {@code lines}, each of its own, with the same tables. */
  FastFourier(KernelBuilder k, int n, int lines) {
    this.n = n;
    this.z = k.scratchRows("z", DType.FLOAT64, 2 * lines, n);
    int bits = Integer.numberOfTrailingZeros(n);
    this.order =
        k.weights(
            "order",
            Tensor.fromLongs(
                TensorType.of(DType.INT32, n),
                i -> bits == 0 ? 0 : Integer.reverse(i) >>> (32 - bits)));
    // Factor j of the stage that joins halves of h elements stands at h + j.
    this.factors =
        k.weightRows(
            "factors",
            Tensor.fromDoubles(
                TensorType.of(DType.FLOAT64, 2, n),
                i -> {
                  int half = Math.max(1, Integer.highestOneBit(i % n));
                  double angle = -Math.PI * (i % n - half) / half;
                  return i < n ? Math.cos(angle) : Math.sin(angle);
                }));
  }

  /** Real parts of a line. */
  Array re(int line) {
    return row(z, intLit(2 * line));
  }

  /** Imaginary parts of a line. */
  Array im(int line) {
    return row(z, intLit(2 * line + 1));
  }

  @Override
  public Stmt clear() {
    return Stmts.block(
        fill(re(0), intLit(0), intLit(n), doubleLit(0)),
        fill(im(0), intLit(0), intLit(n), doubleLit(0)));
  }

  @Override
  public Stmt put(Expr i, Expr re, Expr im) {
    return put(0, i, re, im);
  }

  Stmt put(int line, Expr i, Expr re, Expr im) {
    Var at = new Var("at", LoopType.INT);
    return new Stmt.Block(
        List.of(
            local(at, load(order, i)), store(re(line), ref(at), re), store(im(line), ref(at), im)));
  }

  @Override
  public Stmt transform() {
    return transform(re(0), im(0));
  }

  /** Transforms the line with these real and imaginary parts in place. */
  Stmt transform(Array re, Array im) {
    List<Stmt> stages = new ArrayList<>();
    int half = 1;
    if (n >= 4) {
      stages.add(Stmts.invoke(quads(), List.of(re, im), List.of(intLit(n))));
      half = 4;
    }
    for (; half < n; half *= 2) {
      stages.add(
          Stmts.invoke(
              stage(),
              List.of(re, im, row(factors, intLit(0)), row(factors, intLit(1))),
              List.of(intLit(half), intLit(n / 2 / half))));
    }
    return Stmts.block(stages);
  }

  @Override
  public Expr real(Expr i) {
    return load(re(0), i);
  }

  @Override
  public Expr imaginary(Expr i) {
    return load(im(0), i);
  }

  /** The first two stages. */
  private static Function quads() {
    Var n = new Var("n", LoopType.INT);
    Stmt body =
        loop(
            "i",
            intLit(0),
            ref(n),
            4,
            AxisKind.PARALLEL,
            i -> {
              List<Stmt> all = new ArrayList<>();
              Expr[] r = sums(all, RE, i, "r");
              Expr[] m = sums(all, IM, i, "m");
              all.add(store(RE, i, add(r[0], r[2])));
              all.add(store(IM, i, add(m[0], m[2])));
              all.add(store(RE, add(i, 1), add(r[1], m[3])));
              all.add(store(IM, add(i, 1), sub(m[1], r[3])));
              all.add(store(RE, add(i, 2), sub(r[0], r[2])));
              all.add(store(IM, add(i, 2), sub(m[0], m[2])));
              all.add(store(RE, add(i, 3), sub(r[1], m[3])));
              all.add(store(IM, add(i, 3), add(m[1], r[3])));
              return new Stmt.Block(all);
            });
    return new Function(
        "fourierQuads", "Transforms of four elements each.", List.of(RE, IM), List.of(n), body);
  }

  /** Sum and difference of elements i and i + 1, then those of i + 2 and i + 3. */
  private static Expr[] sums(List<Stmt> all, Buffer line, Expr i, String name) {
    Expr[] results = new Expr[4];
    for (int p = 0; p < 4; p++) {
      Var v = new Var(name + p, LoopType.DOUBLE);
      Expr a = load(line, add(i, p / 2 * 2));
      Expr b = load(line, add(i, p / 2 * 2 + 1));
      all.add(local(v, p % 2 == 0 ? add(a, b) : sub(a, b)));
      results[p] = ref(v);
    }
    return results;
  }

  /** One stage: neighbouring halves become one run of twice the length. */
  private static Function stage() {
    Buffer cos = Buffer.row("cos", DType.FLOAT64, Buffer.Role.WEIGHTS, 0);
    Buffer sin = Buffer.row("sin", DType.FLOAT64, Buffer.Role.WEIGHTS, 0);
    Var half = new Var("half", LoopType.INT);
    Var runs = new Var("runs", LoopType.INT);
    Var base = new Var("base", LoopType.INT);
    Stmt body =
        loop(
            "g",
            intLit(0),
            ref(runs),
            1,
            AxisKind.PARALLEL,
            g ->
                new Stmt.Block(
                    List.of(
                        local(base, mul(mul(g, 2), ref(half))),
                        loop(
                            "j",
                            intLit(0),
                            ref(half),
                            1,
                            AxisKind.PARALLEL,
                            j ->
                                butterfly(
                                    add(ref(base), j),
                                    add(add(ref(base), ref(half)), j),
                                    load(cos, add(ref(half), j)),
                                    load(sin, add(ref(half), j)))))));
    return new Function(
        "fourierStage",
        "Joins runs of half elements in pairs.",
        List.of(RE, IM, cos, sin),
        List.of(half, runs),
        body);
  }

  private static Stmt butterfly(Expr a, Expr b, Expr cos, Expr sin) {
    Var c = new Var("c", LoopType.DOUBLE);
    Var s = new Var("s", LoopType.DOUBLE);
    Var br = new Var("br", LoopType.DOUBLE);
    Var bi = new Var("bi", LoopType.DOUBLE);
    Var tr = new Var("tr", LoopType.DOUBLE);
    Var ti = new Var("ti", LoopType.DOUBLE);
    Var ar = new Var("ar", LoopType.DOUBLE);
    Var ai = new Var("ai", LoopType.DOUBLE);
    return new Stmt.Block(
        List.of(
            local(c, cos),
            local(s, sin),
            local(br, load(RE, b)),
            local(bi, load(IM, b)),
            local(tr, sub(mul(ref(br), ref(c)), mul(ref(bi), ref(s)))),
            local(ti, add(mul(ref(br), ref(s)), mul(ref(bi), ref(c)))),
            local(ar, load(RE, a)),
            local(ai, load(IM, a)),
            store(RE, a, add(ref(ar), ref(tr))),
            store(IM, a, add(ref(ai), ref(ti))),
            store(RE, b, sub(ref(ar), ref(tr))),
            store(IM, b, sub(ref(ai), ref(ti)))));
  }
}
