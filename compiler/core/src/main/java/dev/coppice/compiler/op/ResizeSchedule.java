package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.select;
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
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The loop nests of {@link Resize}. If only the last two axes change, each row of the result is a
 * weighted sum of rows of {@code x}, taken in scratch planes at a common index, and then of
 * elements of that row, found through tables. Else every element sums over the taps of all axes.
 */
final class ResizeSchedule {
  /** Taps summed in one expression at most. */
  private static final int MAX_TAPS = 4;

  private final Resize op;
  private final KernelBuilder k;
  private final Shape xShape;
  private final Shape yShape;
  private final List<ResizeTaps> taps;
  private final Buffer x;
  private final Buffer y;
  private final DType wide;
  private final LoopType type;

  ResizeSchedule(Resize op, KernelBuilder k) {
    this.op = op;
    this.k = k;
    this.xShape = k.inputType(0).shape();
    this.yShape = k.outputType(0).shape();
    this.taps = op.taps(xShape);
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.type = LoopType.of(x.dtype());
    this.wide = type.equals(LoopType.FLOAT) ? DType.FLOAT32 : x.dtype();
  }

  Kernel kernel() {
    String comment =
        "y"
            + k.outputType(0)
            + " = x"
            + k.inputType(0)
            + " resized, "
            + op.mode()
            + ", "
            + op.coordinates();
    boolean lastTwo = yShape.rank() >= 1 && taps.stream().noneMatch(ResizeTaps::leaves);
    for (int a = 0; a < yShape.rank() - 2; a++) {
      lastTwo &= identity(a);
    }
    Stmt body = yShape.size() == 0 ? Axes.nothing(k) : lastTwo ? rows() : anyAxes();
    return k.build("resize", comment, body);
  }

  private boolean identity(int axis) {
    return taps.get(axis).isIdentity(xShape.dim(axis));
  }

  private Stmt rows() {
    int rank = yShape.rank();
    int w = xShape.dim(-1);
    int height = rank > 1 ? xShape.dim(-2) : 1;
    int rowsOut = rank > 1 ? yShape.dim(-2) : 1;
    int count = rank > 1 ? taps.get(rank - 2).count() : 1;
    boolean summed = count > 1;
    boolean sampled = !identity(rank - 1);
    boolean planes = summed || sampled;
    Buffer rows =
        planes ? k.scratchRows("rows", wide, summed ? Math.min(count, MAX_TAPS) + 1 : 1, w) : x;
    Optional<Buffer> from =
        rank > 1 && !identity(rank - 2)
            ? Optional.of(k.weights("row", taps.get(rank - 2).indexTable()))
            : Optional.empty();
    Optional<Buffer> weight =
        summed
            ? Optional.of(k.weights("rowWeight", taps.get(rank - 2).weightTable(wide)))
            : Optional.empty();
    Columns columns = new Columns(rank - 1);
    return Axes.each(
        "n",
        yShape.sizeOf(0, Math.max(0, rank - 2)),
        n ->
            Axes.each(
                "oh",
                rowsOut,
                oh -> {
                  Expr to = mul(add(mul(n, rowsOut), oh), yShape.dim(-1));
                  Expr plane = mul(n, height);
                  if (summed) {
                    return block(
                        sum(rows, plane, from.orElseThrow(), weight.orElseThrow(), rowsOut, oh),
                        columns.samples(row(rows, intLit(0)), intLit(0), to));
                  }
                  Expr ih = from.isPresent() ? load(from.get(), oh) : oh;
                  Expr base = mul(add(plane, ih), w);
                  return sampled
                      ? block(
                          move(base, row(rows, intLit(0)), w),
                          columns.samples(row(rows, intLit(0)), intLit(0), to))
                      : columns.samples(x, base, to);
                }));
  }

  private Stmt move(Expr from, Array to, int n) {
    return wide == x.dtype()
        ? Stmts.copy(x, from, to, intLit(0), intLit(n))
        : each("m", n, i -> store(to, i, load(x, add(from, i))));
  }

  /** Row 0 of {@code rows} becomes the weighted sum of the rows below output row {@code oh}. */
  private Stmt sum(Buffer rows, Expr plane, Buffer from, Buffer weight, int rowsOut, Expr oh) {
    int w = xShape.dim(-1);
    int count = from.length() / rowsOut;
    Array acc = row(rows, intLit(0));
    List<Stmt> out = new ArrayList<>();
    if (count > MAX_TAPS) {
      return sumOfMany(rows, plane, from, weight, rowsOut, oh);
    }
    List<Var> factors = new ArrayList<>();
    out.add(
        Axes.each(
            "t",
            count,
            t ->
                move(
                    mul(add(plane, load(from, add(mul(t, rowsOut), oh))), w),
                    row(rows, add(t, intLit(1))),
                    w)));
    for (int t = 0; t < count; t++) {
      factors.add(new Var("weight" + t, type));
      out.add(local(factors.get(t), load(weight, add(oh, t * rowsOut))));
    }
    out.add(
        each(
            "v",
            w,
            i -> {
              Expr sum = mul(load(row(rows, intLit(1)), i), ref(factors.get(0)));
              for (int t = 1; t < count; t++) {
                sum = add(sum, mul(load(row(rows, intLit(t + 1)), i), ref(factors.get(t))));
              }
              return store(acc, i, sum);
            }));
    return new Stmt.Block(out);
  }

  private Stmt sumOfMany(
      Buffer rows, Expr plane, Buffer from, Buffer weight, int rowsOut, Expr oh) {
    int w = xShape.dim(-1);
    Array acc = row(rows, intLit(0));
    List<Stmt> out = new ArrayList<>();
    Var factor = new Var("weight", type);
    Array one = row(rows, intLit(1));
    out.add(fill(acc, intLit(0), intLit(w), literal(type, 0)));
    out.add(
        reduceLoop(
            "t",
            from.length() / rowsOut,
            t -> {
              Expr at = add(mul(t, rowsOut), oh);
              return new Stmt.Block(
                  List.of(
                      move(mul(add(plane, load(from, at)), w), one, w),
                      local(factor, load(weight, at)),
                      each(
                          "v",
                          w,
                          i -> store(acc, i, add(load(acc, i), mul(load(one, i), ref(factor)))))));
            }));
    return block(out);
  }

  /** Samples along the last axis. */
  private final class Columns {
    private final boolean copied;
    private final int count;
    private final int width;
    private final Optional<Buffer> from;
    private final Optional<Buffer> weight;

    Columns(int axis) {
      ResizeTaps t = taps.get(axis);
      this.copied = identity(axis);
      this.count = t.count();
      this.width = t.outputs();
      this.from = copied ? Optional.empty() : Optional.of(k.weights("column", t.indexTable()));
      this.weight =
          count > 1
              ? Optional.of(k.weights("columnWeight", t.weightTable(wide)))
              : Optional.empty();
    }

    Stmt samples(Array line, Expr base, Expr to) {
      if (copied && !k.hasEpilogue() && line.dtype() == y.dtype()) {
        return Stmts.copy(line, base, y, to, intLit(width));
      }
      return each(
          "ow",
          width,
          ow -> {
            Expr at = add(to, ow);
            if (count > MAX_TAPS) {
              Var sum = new Var("sum", type);
              return new Stmt.Block(
                  List.of(
                      local(sum, literal(type, 0)),
                      reduceLoop(
                          "u",
                          count,
                          u -> assign(sum, add(ref(sum), tap(line, base, ow, mul(u, width))))),
                      store(y, at, k.finish(ref(sum), at))));
            }
            Expr value = copied ? load(line, add(base, ow)) : tap(line, base, ow, intLit(0));
            for (int u = 1; u < count; u++) {
              value = add(value, tap(line, base, ow, intLit(u * width)));
            }
            return store(y, at, k.finish(value, at));
          });
    }

    private Expr tap(Array line, Expr base, Expr ow, Expr offset) {
      Expr at = add(ow, offset);
      Expr value = load(line, add(base, load(from.orElseThrow(), at)));
      return weight.isPresent() ? mul(value, load(weight.get(), at)) : value;
    }
  }

  /**
   * One axis of the general loop nest; without a table each element is taken from its own place.
   */
  private record Axis(
      int count,
      int outputs,
      Optional<Buffer> from,
      Optional<Buffer> weight,
      Optional<Buffer> outside) {
    /** Where tap {@code at} is along the axis of {@code x}. */
    Expr source(Expr at) {
      return from.isPresent() ? load(from.get(), at) : at;
    }
  }

  private Stmt anyAxes() {
    List<Axis> axes = new ArrayList<>();
    for (int a = 0; a < yShape.rank(); a++) {
      ResizeTaps t = taps.get(a);
      axes.add(
          new Axis(
              t.count(),
              t.outputs(),
              identity(a) ? Optional.empty() : Optional.of(k.weights("from" + a, t.indexTable())),
              t.count() > 1
                  ? Optional.of(k.weights("weight" + a, t.weightTable(wide)))
                  : Optional.empty(),
              t.leaves()
                  ? Optional.of(k.weights("outside" + a, t.outsideTable()))
                  : Optional.empty()));
    }
    return outputs(axes, new ArrayList<>(), intLit(0));
  }

  private Stmt outputs(List<Axis> axes, List<Expr> o, Expr to) {
    int a = o.size();
    if (a < axes.size()) {
      Stmts.LoopBody body =
          i -> {
            List<Expr> deeper = new ArrayList<>(o);
            deeper.add(i);
            return outputs(axes, deeper, add(to, mul(i, yShape.sizeOf(a + 1, yShape.rank()))));
          };
      return a == axes.size() - 1 && identity(a)
          ? each("o" + a, axes.get(a).outputs, body)
          : Axes.each("o" + a, axes.get(a).outputs, body);
    }
    Expr value;
    List<Stmt> out = new ArrayList<>();
    if (axes.stream().allMatch(axis -> axis.count == 1)) {
      Expr from = intLit(0);
      for (int b = 0; b < axes.size(); b++) {
        from = add(from, mul(axes.get(b).source(o.get(b)), xShape.strides()[b]));
      }
      value = load(x, from);
    } else {
      Var sum = new Var("sum", type);
      out.add(local(sum, literal(type, 0)));
      out.add(tapSums(axes, o, 0, sum, intLit(0), literal(type, 1)));
      value = ref(sum);
    }
    for (int b = 0; b < axes.size(); b++) {
      Optional<Buffer> outside = axes.get(b).outside;
      if (outside.isPresent()) {
        value =
            select(
                binary(BinaryOp.NE, load(outside.get(), o.get(b)), intLit(0)),
                literal(type, op.extrapolation()),
                value);
      }
    }
    out.add(store(y, to, k.finish(value, to)));
    return new Stmt.Block(out);
  }

  private Stmt tapSums(List<Axis> axes, List<Expr> o, int a, Var sum, Expr from, Expr weight) {
    if (a == axes.size()) {
      return assign(sum, add(ref(sum), mul(load(x, from), weight)));
    }
    Axis axis = axes.get(a);
    int stride = xShape.strides()[a];
    if (axis.count == 1) {
      return tapSums(axes, o, a + 1, sum, add(from, mul(axis.source(o.get(a)), stride)), weight);
    }
    Var scaled = new Var("w" + a, type);
    return reduceLoop(
        "t" + a,
        axis.count,
        t -> {
          Expr at = add(mul(t, axis.outputs), o.get(a));
          return new Stmt.Block(
              List.of(
                  local(scaled, mul(weight, load(axis.weight.orElseThrow(), at))),
                  tapSums(
                      axes, o, a + 1, sum, add(from, mul(axis.source(at), stride)), ref(scaled))));
        });
  }

  private static Stmt each(String var, int count, Stmts.LoopBody body) {
    return loop(var, intLit(0), intLit(count), 1, AxisKind.VECTOR, body);
  }
}
