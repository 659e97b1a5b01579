package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.eq;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.longLit;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * The different slices of {@code x} along an axis. {@code x}: numbers or booleans, n slices.
 * Results: the slices that differ, of the type of {@code x}, zero beyond the last; for each the
 * first place where it occurs, i64[n]; for each slice of {@code x} its number among them, i64[n];
 * for each how often it occurs, i64[n]; how many there are, i64[]. Time grows with n times the
 * number of different slices. ONNX Unique, since 11.
 *
 * @param axis axis of the slices
 * @param sorted whether results are in ascending order, else in order of first occurrence
 */
public record Unique(int axis, boolean sorted) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.computable(inputs, 0);
    Operands.axis(axis, x);
    TensorType places = TensorType.of(DType.INT64, x.shape().dim(axis));
    return List.of(x, places, places, places, TensorType.of(DType.INT64));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int n = x.shape().dim(axis);
    List<Integer> first = new ArrayList<>();
    int[] number = new int[n];
    for (int i = 0; i < n; i++) {
      int u = 0;
      while (u < first.size() && compare(x, first.get(u), i) != 0) {
        u++;
      }
      if (u == first.size()) {
        first.add(i);
      }
      number[i] = u;
    }
    List<Integer> order = new ArrayList<>(first);
    if (sorted) {
      order.sort((a, b) -> compare(x, a, b));
    }
    long[] inverse = new long[n];
    long[] counts = new long[n];
    for (int i = 0; i < n; i++) {
      inverse[i] = order.indexOf(first.get(number[i]));
      counts[(int) inverse[i]]++;
    }
    int inner = Axes.inner(x.shape(), axis);
    IntUnaryOperator source =
        i -> {
          int u = i / inner % n;
          return u < order.size() ? i + (order.get(u) - u) * inner : -1;
        };
    Tensor y =
        x.dtype().isFloat()
            ? Tensor.fromDoubles(
                x.type(), i -> source.applyAsInt(i) < 0 ? 0 : x.doubleAt(source.applyAsInt(i)))
            : Tensor.fromLongs(
                x.type(), i -> source.applyAsInt(i) < 0 ? 0 : x.longAt(source.applyAsInt(i)));
    TensorType places = TensorType.of(DType.INT64, n);
    return List.of(
        y,
        Tensor.fromLongs(places, i -> i < order.size() ? order.get(i) : 0),
        Tensor.fromLongs(places, i -> inverse[i]),
        Tensor.fromLongs(places, i -> counts[i]),
        Tensor.ofLongs(Shape.SCALAR, order.size()));
  }

  /** Compares slices element by element. */
  private int compare(Tensor x, int a, int b) {
    int n = x.shape().dim(axis);
    int inner = Axes.inner(x.shape(), axis);
    for (int o = 0; o < Axes.outer(x.shape(), axis); o++) {
      for (int i = 0; i < inner; i++) {
        int p = (o * n + a) * inner + i;
        int q = (o * n + b) * inner + i;
        int order =
            x.dtype().isFloat()
                ? Double.compare(x.doubleAt(p) + 0.0, x.doubleAt(q) + 0.0)
                : x.dtype() == DType.UINT64
                    ? Long.compareUnsigned(x.longAt(p), x.longAt(q))
                    : Long.compare(x.longAt(p), x.longAt(q));
        if (order != 0) {
          return order;
        }
      }
    }
    return 0;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new Lowering(k, axis, sorted).kernel();
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  /** Numbers slices in order of occurrence, then places them where they belong. */
  private static final class Lowering {
    private final KernelBuilder k;
    private final boolean sorted;
    private final int n;
    private final int outer;
    private final int inner;
    private final Buffer x;
    private final Buffer first;
    private final Buffer rank;
    private final Var found = new Var("found", LoopType.INT);
    private final Var number = new Var("number", LoopType.INT);
    private final Var order = new Var("order", LoopType.INT);

    Lowering(KernelBuilder k, int axis, boolean sorted) {
      Shape shape = k.inputType(0).shape();
      this.k = k;
      this.sorted = sorted;
      this.n = shape.dim(axis);
      this.outer = Axes.outer(shape, axis);
      this.inner = Axes.inner(shape, axis);
      this.x = k.input(0, "x");
      this.first = k.scratch("first", DType.INT32, n);
      this.rank = k.scratch("rank", DType.INT32, n);
    }

    Kernel kernel() {
      Buffer y = k.output(0, "y");
      Buffer places = k.output(1, "places");
      Buffer inverse = k.output(2, "inverse");
      Buffer counts = k.output(3, "counts");
      Buffer count = k.output(4, "count");
      return k.build(
          "unique",
          "y" + k.outputType(0) + " = different slices of x",
          block(
              fill(y, intLit(0), intLit(y.length()), Exprs.literal(LoopType.of(y.dtype()), 0)),
              fill(places, intLit(0), intLit(n), longLit(0)),
              fill(counts, intLit(0), intLit(n), longLit(0)),
              local(found, intLit(0)),
              local(number, intLit(0)),
              local(order, intLit(0)),
              serial("i", intLit(n), i -> number(i, inverse)),
              serial("u", ref(found), u -> block(rank(u), place(u, y, places))),
              serial("i", intLit(n), i -> renumber(i, inverse, counts)),
              store(count, intLit(0), cast(LoopType.LONG, ref(found)))));
    }

    private static Stmt serial(String name, Expr to, Stmts.LoopBody body) {
      return loop(name, intLit(0), to, 1, AxisKind.REDUCE, body);
    }

    private Stmt number(Expr i, Buffer inverse) {
      return block(
          assign(number, intLit(-1)),
          serial(
              "u",
              ref(found),
              u ->
                  when(
                      lt(ref(number), intLit(0)),
                      block(
                          compare(load(first, u), i),
                          when(eq(ref(order), intLit(0)), assign(number, u))))),
          when(
              lt(ref(number), intLit(0)),
              block(
                  assign(number, ref(found)),
                  store(first, ref(found), i),
                  assign(found, add(ref(found), intLit(1))))),
          store(inverse, i, cast(LoopType.LONG, ref(number))));
    }

    /** Sets {@code order} to -1, 0 or 1. */
    private Stmt compare(Expr a, Expr b) {
      return block(
          assign(order, intLit(0)),
          serial(
              "o",
              intLit(outer),
              o ->
                  serial(
                      "e",
                      intLit(inner),
                      e -> {
                        Expr p = load(x, add(mul(add(mul(o, n), a), inner), e));
                        Expr q = load(x, add(mul(add(mul(o, n), b), inner), e));
                        return when(
                            eq(ref(order), intLit(0)),
                            block(
                                when(less(p, q), assign(order, intLit(-1))),
                                when(less(q, p), assign(order, intLit(1)))));
                      })));
    }

    private Expr less(Expr p, Expr q) {
      if (p.type().equals(LoopType.BOOLEAN)) {
        return and(Exprs.not(p), q);
      }
      Expr flip = longLit(Long.MIN_VALUE);
      return x.dtype() == DType.UINT64
          ? lt(Exprs.binary(Expr.BinaryOp.XOR, p, flip), Exprs.binary(Expr.BinaryOp.XOR, q, flip))
          : lt(p, q);
    }

    /** The place of slice {@code u}: the number of those that come before it. */
    private Stmt rank(Expr u) {
      if (!sorted) {
        return store(rank, u, u);
      }
      return block(
          assign(number, intLit(0)),
          serial(
              "v",
              ref(found),
              v ->
                  block(
                      compare(load(first, v), load(first, u)),
                      when(
                          lt(ref(order), intLit(0)), assign(number, add(ref(number), intLit(1)))))),
          store(rank, u, ref(number)));
    }

    private Stmt place(Expr u, Buffer y, Buffer places) {
      return block(
          store(places, load(rank, u), cast(LoopType.LONG, load(first, u))),
          serial(
              "o",
              intLit(outer),
              o ->
                  Stmts.copy(
                      x,
                      mul(add(mul(o, n), load(first, u)), inner),
                      y,
                      mul(add(mul(o, n), load(rank, u)), inner),
                      intLit(inner))));
    }

    private Stmt renumber(Expr i, Buffer inverse, Buffer counts) {
      return block(
          assign(number, load(rank, cast(LoopType.INT, load(inverse, i)))),
          store(inverse, i, cast(LoopType.LONG, ref(number))),
          store(counts, ref(number), add(load(counts, ref(number)), longLit(1))));
    }
  }
}
