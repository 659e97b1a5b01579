package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.abs;
import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.loadVector;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.select;
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
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.schedule.RunReduction;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * The loop nests of {@link Reduce}. A combined innermost run is taken with several accumulators; a
 * kept innermost run becomes a scratch plane that rows are added to; what is neither long nor of
 * float type is combined element by element.
 */
final class ReduceSchedule {
  private static final int MIN_PLANE = 8;

  /** Neighbouring axes of one kind as one. */
  private record Run(int extent, int stride, boolean combined) {}

  private final Reduce op;
  private final KernelBuilder k;
  private final LoopType type;
  private final LoopType element;
  private final Buffer x;
  private final Buffer y;
  private final List<Run> runs;
  private final int combinedSize;

  ReduceSchedule(Reduce op, KernelBuilder k) {
    this.op = op;
    this.k = k;
    DType dtype = k.inputType(0).dtype();
    this.element = LoopType.of(dtype);
    this.type = element.isFloating() || op.kind().isExtreme() ? element : LoopType.LONG;
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.runs = runs(k.inputType(0).shape());
    this.combinedSize =
        runs.stream().filter(Run::combined).mapToInt(Run::extent).reduce(1, (a, b) -> a * b);
  }

  private List<Run> runs(Shape shape) {
    List<Run> out = new ArrayList<>();
    int[] strides = shape.strides();
    for (int a = 0; a < shape.rank(); a++) {
      boolean combined = op.axes().contains(a);
      int n = shape.dim(a);
      Run last = out.isEmpty() ? new Run(1, 0, !combined) : out.get(out.size() - 1);
      if (n == 1) {
        continue;
      }
      if (last.combined == combined) {
        out.set(out.size() - 1, new Run(last.extent * n, strides[a], combined));
      } else {
        out.add(new Run(n, strides[a], combined));
      }
    }
    return out;
  }

  Kernel kernel() {
    boolean planes =
        !runs.isEmpty()
            && !last().combined
            && last().extent >= MIN_PLANE
            && k.inputType(0).dtype() == DType.FLOAT32;
    Stmt body = outputs(planes, 0, intLit(0), intLit(0));
    String comment =
        "y"
            + k.outputType(0)
            + " = "
            + op.name()
            + " of x"
            + k.inputType(0)
            + " over axes "
            + op.axes();
    return k.build(
        Character.toLowerCase(op.name().charAt(0)) + op.name().substring(1), comment, body);
  }

  private Run last() {
    return runs.get(runs.size() - 1);
  }

  private int keptSize(int from) {
    int n = 1;
    for (int r = from; r < runs.size(); r++) {
      n *= runs.get(r).combined ? 1 : runs.get(r).extent;
    }
    return n;
  }

  /** Loops over kept runs from {@code r} on, the innermost one left out if it is a plane. */
  private Stmt outputs(boolean planes, int r, Expr from, Expr to) {
    if (planes && r == runs.size() - 1) {
      return planes(from, to);
    }
    if (r == runs.size()) {
      return single(from, to);
    }
    Run run = runs.get(r);
    if (run.combined) {
      return outputs(planes, r + 1, from, to);
    }
    return Axes.each(
        "o" + r,
        run.extent,
        o ->
            outputs(
                planes, r + 1, add(from, mul(o, run.stride)), add(to, mul(o, keptSize(r + 1)))));
  }

  /** Loops over combined runs from {@code r} on but those in {@code except}. */
  private Stmt combining(String prefix, int r, int end, Expr from, Stmts.LoopBody body) {
    if (r == end) {
      return body.apply(from);
    }
    Run run = runs.get(r);
    if (!run.combined) {
      return combining(prefix, r + 1, end, from, body);
    }
    return reduceLoop(
        prefix + r,
        run.extent,
        i -> combining(prefix, r + 1, end, add(from, mul(i, run.stride)), body));
  }

  private Stmt single(Expr from, Expr to) {
    List<Stmt> out = new ArrayList<>();
    Expr value;
    if (op.kind() == Reduce.Kind.LOG_SUM_EXP) {
      Expr most = combine(out, "most", BinaryOp.MAX, Double.NEGATIVE_INFINITY, from, v -> v);
      Var shift = new Var("shift", type);
      out.add(local(shift, finite(most)));
      value =
          combine(
              out,
              "acc",
              BinaryOp.ADD,
              0,
              from,
              v -> call(Intrinsic.EXP, sub(v, RunReduction.like(ref(shift), v))));
      value = add(call(Intrinsic.LOG, value), ref(shift));
    } else {
      value = finished(combine(out, "acc", combiner(), start(), from, this::mapped));
    }
    out.add(store(y, to, k.finish(cast(element, value), to)));
    return new Stmt.Block(out);
  }

  /**
   * Adds statements that combine everything from {@code from} on to {@code out}; returns the
   * result.
   */
  private Expr combine(
      List<Stmt> out,
      String name,
      BinaryOp binary,
      double start,
      Expr from,
      UnaryOperator<Expr> map) {
    boolean contiguous = !runs.isEmpty() && last().combined;
    long outer = runs.stream().filter(Run::combined).count() - (contiguous ? 1 : 0);
    boolean registers = RunReduction.inRegisters(k.target(), x.dtype());
    RunReduction run =
        new RunReduction(outer == 0 ? name : name + "Run", binary, start, type, registers);
    if (contiguous && outer == 0) {
      out.addAll(run.statements(last().extent, (i, lanes) -> element(add(from, i), lanes, map)));
      return ref(run.result());
    }
    Var acc = new Var(name, type);
    out.add(local(acc, literal(type, start)));
    int end = contiguous ? runs.size() - 1 : runs.size();
    out.add(
        combining(
            name + "R",
            0,
            end,
            from,
            at -> {
              if (!contiguous) {
                return assign(acc, binary(binary, ref(acc), element(at, 1, map)));
              }
              List<Stmt> inner =
                  run.statements(last().extent, (i, lanes) -> element(add(at, i), lanes, map));
              inner.add(assign(acc, binary(binary, ref(acc), ref(run.result()))));
              return new Stmt.Block(inner);
            }));
    return ref(acc);
  }

  private Expr element(Expr index, int lanes, UnaryOperator<Expr> map) {
    return map.apply(cast(type.times(lanes), loadVector(x, index, lanes)));
  }

  /** The innermost kept run in planes of the target's length. */
  private Stmt planes(Expr from, Expr to) {
    int length = last().extent;
    int plane = Math.min(length, k.target().planeLength());
    Buffer rows = k.scratchRows("rows", DType.FLOAT32, 3, plane);
    if (plane == length) {
      return plane(rows, intLit(length), from, to);
    }
    Var count = new Var("count", LoopType.INT);
    return loop(
        "j0",
        intLit(0),
        intLit(length),
        plane,
        AxisKind.PARALLEL,
        j0 ->
            new Stmt.Block(
                List.of(
                    local(count, min(intLit(plane), sub(intLit(length), j0))),
                    plane(rows, ref(count), add(from, j0), add(to, j0)))));
  }

  private Stmt plane(Buffer rows, Expr count, Expr from, Expr to) {
    Array row = row(rows, intLit(0));
    Array acc = row(rows, intLit(1));
    Array shift = row(rows, intLit(2));
    List<Stmt> out = new ArrayList<>();
    if (op.kind() == Reduce.Kind.LOG_SUM_EXP) {
      accumulate(
          out,
          "most",
          BinaryOp.MAX,
          Double.NEGATIVE_INFINITY,
          shift,
          row,
          count,
          from,
          (v, i) -> v);
      out.add(each("s", count, i -> store(shift, i, finite(load(shift, i)))));
      accumulate(
          out,
          "acc",
          BinaryOp.ADD,
          0,
          acc,
          row,
          count,
          from,
          (v, i) -> call(Intrinsic.EXP, sub(v, load(shift, i))));
      out.add(
          each(
              "e",
              count,
              i ->
                  store(
                      y,
                      add(to, i),
                      k.finish(
                          add(call(Intrinsic.LOG, load(acc, i)), load(shift, i)), add(to, i)))));
    } else {
      accumulate(out, "acc", combiner(), start(), acc, row, count, from, (v, i) -> mapped(v));
      out.add(
          each(
              "e", count, i -> store(y, add(to, i), k.finish(finished(load(acc, i)), add(to, i)))));
    }
    return block(out);
  }

  private void accumulate(
      List<Stmt> out,
      String name,
      BinaryOp binary,
      double start,
      Array acc,
      Array row,
      Expr count,
      Expr from,
      BinaryOperator<Expr> map) {
    out.add(fill(acc, intLit(0), count, literal(type, start)));
    out.add(
        combining(
            name + "R",
            0,
            runs.size() - 1,
            from,
            at ->
                block(
                    Stmts.copy(x, at, row, intLit(0), count),
                    each(
                        name + "I",
                        count,
                        i ->
                            store(
                                acc,
                                i,
                                binary(binary, load(acc, i), map.apply(load(row, i), i)))))));
  }

  private static Stmt each(String var, Expr count, Stmts.LoopBody body) {
    return loop(var, intLit(0), count, 1, AxisKind.VECTOR, body);
  }

  private Expr finite(Expr most) {
    return select(call(Intrinsic.IS_INFINITE, most), literal(type, 0), most);
  }

  private BinaryOp combiner() {
    boolean logical = type.equals(LoopType.BOOLEAN);
    return switch (op.kind()) {
      case MAX -> logical ? BinaryOp.OR : BinaryOp.MAX;
      case MIN -> logical ? BinaryOp.AND : BinaryOp.MIN;
      case PROD -> BinaryOp.MUL;
      default -> BinaryOp.ADD;
    };
  }

  private double start() {
    DType dtype = k.inputType(0).dtype();
    return switch (op.kind()) {
      case MAX -> dtype.isFloat() ? Double.NEGATIVE_INFINITY : (double) Reduce.least(dtype);
      case MIN -> dtype.isFloat() ? Double.POSITIVE_INFINITY : (double) Reduce.greatest(dtype);
      case PROD -> 1;
      default -> 0;
    };
  }

  private Expr mapped(Expr v) {
    return switch (op.kind()) {
      case L1 -> k.inputType(0).dtype().isUnsigned() ? v : abs(v);
      case L2, SUM_SQUARE -> mul(v, v);
      default -> v;
    };
  }

  private Expr finished(Expr v) {
    return switch (op.kind()) {
      case MEAN -> div(v, literal(type, combinedSize));
      case L2 -> call(Intrinsic.SQRT, v);
      case LOG_SUM -> call(Intrinsic.LOG, v);
      default -> v;
    };
  }
}
