package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.floatLit;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.rem;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Array;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.schedule.PoolScales;
import dev.coppice.compiler.schedule.RunReduction;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The loop nest of pooling operators. The outputs' rows, of all channels one after the other, are
 * taken in chunks that fill a scratch plane: the rows of {@code x} below each window row are copied
 * to a plane of their own, with pads, and the planes combined at one common index; the same happens
 * with copies shifted along the row; at last every {@code stride}-th element is stored. The JIT
 * vectorises each step.
 */
final class PoolSchedule {
  /** Planes combined in one loop at most. */
  private static final int MAX_INPUTS = 4;

  private final KernelBuilder k;
  private final PoolWindow w;
  private final BinaryOp op;
  private final double padding;
  private final UnaryOperator<Expr> before;
  private final UnaryOperator<Expr> after;
  private final LoopType type;
  private final DType plane;
  private final Shape xShape;
  private final Shape yShape;
  private final Buffer x;
  private final Buffer y;
  private final int last;
  private final int taps;
  private final int rowTaps;
  private final int width;
  private final int rowsPerChunk;
  private final int length;
  private final PoolRows source;
  private Optional<int[][]> counts = Optional.empty();

  /**
   * @param padding what elements outside {@code x} count as, neutral for {@code op}
   * @param before applied to every element of a window
   * @param after applied to the combined value
   */
  PoolSchedule(
      KernelBuilder k,
      PoolWindow w,
      BinaryOp op,
      double padding,
      UnaryOperator<Expr> before,
      UnaryOperator<Expr> after) {
    this.k = k;
    this.w = w;
    this.op = op;
    this.padding = padding;
    this.before = before;
    this.after = after;
    this.xShape = k.inputType(0).shape();
    this.yShape = k.outputType(0).shape();
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.type = LoopType.of(x.dtype());
    this.plane = type.equals(LoopType.FLOAT) ? DType.FLOAT32 : x.dtype();
    this.last = w.rank() - 1;
    this.taps = w.kernel().get(last);
    this.rowTaps = w.kernel().subList(0, last).stream().reduce(1, (a, b) -> a * b);
    int needed = w.source(last, yShape.dim(-1) - 1, taps - 1) + w.pads().get(last) + 1;
    this.width = Math.max(needed, 1);
    int rows = Math.max(1, yShape.sizeOf(0, yShape.rank() - 1));
    // All planes together fill half of what the target calls close.
    int planes = Math.min(rowTaps, MAX_INPUTS) + Math.min(taps, MAX_INPUTS);
    int near = k.target().planeLength();
    int chunk = Math.max(near, near * k.target().planes() / (2 * planes));
    this.rowsPerChunk = Math.min(rows, Math.max(1, chunk / width));
    this.source = new PoolRows(w, xShape, x, plane, width, padding);
    this.length = rowsPerChunk * width + (taps - 1) * w.dilations().get(last);
  }

  /** Divides each result by the product of the counts at its spatial coordinates. */
  PoolSchedule divideBy(int[][] elements) {
    counts = Optional.of(elements);
    return this;
  }

  Kernel kernel(String name) {
    String comment =
        "y"
            + k.outputType(0)
            + " = "
            + name
            + "(x"
            + k.inputType(0)
            + "), window "
            + w.kernel()
            + ", strides "
            + w.strides()
            + ", pads "
            + w.pads();
    if (yShape.size() == 0) {
      return k.build(name, comment, Axes.nothing(k));
    }
    Buffer windows = k.scratchRows("windows", plane, rowTaps > MAX_INPUTS ? 1 : rowTaps, length);
    List<Stmt> body = new ArrayList<>();
    body.add(padded(windows, "p"));
    Optional<Buffer> shifts = Optional.empty();
    if (rowTaps > 1 || shifted()) {
      Buffer planes =
          k.scratchRows("shifts", plane, !shifted() ? 1 : taps > MAX_INPUTS ? 3 : taps, length);
      body.add(padded(planes, "s"));
      shifts = Optional.of(planes);
    }
    PoolScales scales = counts.map(c -> PoolScales.dividing(k, plane, c)).orElse(PoolScales.NONE);
    body.add(chunks(windows, shifts.orElse(windows), scales));
    return k.build(name, comment, block(body));
  }

  /**
   * Whether the taps along the row are combined in shifted planes; for few and far outputs each is
   * combined by itself.
   */
  private boolean shifted() {
    return taps > 1 && yShape.dim(-1) * MAX_INPUTS > width;
  }

  private Stmt padded(Buffer planes, String var) {
    return loop(
        var,
        planes.rows(),
        p -> fill(row(planes, p), intLit(0), intLit(length), literal(type, padding)));
  }

  private Stmt chunks(Buffer windows, Buffer shifts, PoolScales scales) {
    int rows = yShape.sizeOf(0, yShape.rank() - 1);
    Var count = new Var("rows", LoopType.INT);
    return loop(
        "q0",
        intLit(0),
        intLit(rows),
        rowsPerChunk,
        AxisKind.PARALLEL,
        q0 -> {
          List<Stmt> out = new ArrayList<>();
          out.add(
              local(
                  count,
                  rows % rowsPerChunk == 0
                      ? intLit(rowsPerChunk)
                      : min(intLit(rowsPerChunk), sub(intLit(rows), q0))));
          Array vertical = acrossRows(out, windows, shifts, q0, ref(count));
          Array both =
              shifted() ? alongRow(out, vertical, shifts, mul(ref(count), width)) : vertical;
          out.add(results(both, scales, q0, ref(count)));
          return new Stmt.Block(out);
        });
  }

  /** Combines the rows of each window; the result is padded rows of {@link #width}. */
  private Array acrossRows(List<Stmt> out, Buffer windows, Buffer shifts, Expr q0, Expr count) {
    Expr n = mul(count, width);
    Array first = row(windows, intLit(0));
    if (rowTaps > MAX_INPUTS) {
      return acrossManyRows(out, first, row(shifts, intLit(0)), q0, count);
    }
    out.add(
        loop(
            "r",
            intLit(0),
            count,
            1,
            AxisKind.PARALLEL,
            r -> Axes.each("t", rowTaps, t -> source.row(add(q0, r), r, t, row(windows, t)))));
    Array to = rowTaps == 1 ? first : row(shifts, intLit(0));
    if (rowTaps == 1 && unchanged(before)) {
      return first;
    }
    out.add(
        each(
            "i",
            n,
            i -> {
              Expr value = before.apply(load(first, i));
              for (int t = 1; t < rowTaps; t++) {
                value = binary(op, value, before.apply(load(row(windows, intLit(t)), i)));
              }
              return store(to, i, value);
            }));
    return to;
  }

  private Array acrossManyRows(List<Stmt> out, Array first, Array acc, Expr q0, Expr count) {
    Expr n = mul(count, width);
    out.add(fill(acc, intLit(0), n, literal(type, padding)));
    out.add(
        reduceLoop(
            "t",
            rowTaps,
            t ->
                block(
                    loop(
                        "r",
                        intLit(0),
                        count,
                        1,
                        AxisKind.PARALLEL,
                        r -> source.row(add(q0, r), r, t, first)),
                    each(
                        "i",
                        n,
                        i ->
                            store(
                                acc, i, binary(op, load(acc, i), before.apply(load(first, i))))))));
    return acc;
  }

  /**
   * Combines each element with those further along the row, at one common index of shifted copies.
   */
  private Array alongRow(List<Stmt> out, Array vertical, Buffer shifts, Expr n) {
    int step = w.dilations().get(last);
    if (taps > MAX_INPUTS) {
      Array shift = row(shifts, intLit(1));
      Array acc = row(shifts, intLit(2));
      out.add(Stmts.copy(vertical, intLit(0), acc, intLit(0), n));
      out.add(
          loop(
              "u",
              intLit(1),
              intLit(taps),
              1,
              AxisKind.REDUCE,
              u ->
                  block(
                      Stmts.copy(vertical, mul(u, step), shift, intLit(0), n),
                      each("j", n, j -> store(acc, j, binary(op, load(acc, j), load(shift, j)))))));
      return acc;
    }
    for (int u = 1; u < taps; u++) {
      out.add(Stmts.copy(vertical, intLit(u * step), row(shifts, intLit(u)), intLit(0), n));
    }
    Array acc = row(shifts, intLit(0));
    out.add(
        each(
            "j",
            n,
            j -> {
              Expr value = load(vertical, j);
              for (int u = 1; u < taps; u++) {
                value = binary(op, value, load(row(shifts, intLit(u)), j));
              }
              return store(acc, j, value);
            }));
    return acc;
  }

  private Stmt results(Array from, PoolScales scales, Expr q0, Expr count) {
    int columns = yShape.dim(-1);
    int rowsPerPlane = yShape.sizeOf(2, yShape.rank() - 1);
    boolean plain = counts.isEmpty() && unchanged(after) && !k.hasEpilogue();
    return loop(
        "v",
        intLit(0),
        count,
        1,
        AxisKind.PARALLEL,
        v -> {
          Expr base = mul(v, width);
          Expr to = mul(add(q0, v), columns);
          if (plain && !direct() && w.strides().get(last) == 1 && plane == y.dtype()) {
            return Stmts.copy(from, base, y, to, intLit(columns));
          }
          Var rowScale = new Var("scale", type);
          List<Stmt> out = new ArrayList<>();
          scales
              .rows()
              .ifPresent(
                  t -> out.add(local(rowScale, load(t, rem(add(q0, v), intLit(rowsPerPlane))))));
          Optional<Expr> perRow = scales.rows().map(t -> ref(rowScale));
          out.add(
              each(
                  "ow",
                  intLit(columns),
                  ow ->
                      result(
                          from,
                          add(base, mul(ow, w.strides().get(last))),
                          scales,
                          perRow,
                          ow,
                          add(to, ow))));
          return new Stmt.Block(out);
        });
  }

  private boolean direct() {
    return taps > 1 && !shifted();
  }

  private Stmt result(
      Array from, Expr at, PoolScales scales, Optional<Expr> perRow, Expr ow, Expr to) {
    List<Stmt> out = new ArrayList<>();
    Expr value = load(from, at);
    if (direct()) {
      int step = w.dilations().get(last);
      RunReduction run = new RunReduction("acc", op, padding, type);
      if (step == 1) {
        out.addAll(run.statements(taps, RunReduction.of(from, at)));
      } else {
        out.add(local(run.result(), value));
        out.add(
            loop(
                "u",
                intLit(1),
                intLit(taps),
                1,
                AxisKind.REDUCE,
                u ->
                    assign(
                        run.result(),
                        binary(op, ref(run.result()), load(from, add(at, mul(u, step)))))));
      }
      value = ref(run.result());
    }
    value = scales.apply(perRow.isPresent() ? mul(value, perRow.get()) : value, ow);
    out.add(store(y, to, k.finish(after.apply(value), to)));
    return block(out);
  }

  private static Stmt each(String var, Expr count, Stmts.LoopBody body) {
    return loop(var, intLit(0), count, 1, AxisKind.VECTOR, body);
  }

  private static boolean unchanged(UnaryOperator<Expr> f) {
    return f.apply(floatLit(3)).equals(floatLit(3));
  }
}
