package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.loadVector;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.row;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
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
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The loop nests of {@link Softmax} and {@link LogSoftmax}: line by line along a last axis, else
 * many lines side by side in planes.
 */
final class SoftmaxSchedule {
  private final KernelBuilder k;
  private final boolean log;
  private final Buffer x;
  private final Buffer y;
  private final LoopType type;
  private final int axis;
  private final int outer;
  private final int length;
  private final int inner;

  SoftmaxSchedule(KernelBuilder k, int axis, boolean log) {
    this.k = k;
    this.log = log;
    this.axis = axis;
    Shape shape = k.inputType(0).shape();
    this.outer = Axes.outer(shape, axis);
    this.length = shape.dim(axis);
    this.inner = Axes.inner(shape, axis);
    this.x = k.input(0, "x");
    this.y = k.output(0, "y");
    this.type = LoopType.of(k.inputType(0).dtype());
  }

  /** Calls {@code action} with the flat indices of each line along {@code axis}. */
  static void eachLine(Shape shape, int axis, Consumer<int[]> action) {
    int inner = Axes.inner(shape, axis);
    int length = shape.dim(axis);
    int lines = length == 0 ? 0 : shape.size() / length;
    for (int j = 0; j < lines; j++) {
      int[] line = new int[length];
      int base = j / inner * length * inner + j % inner;
      Arrays.setAll(line, a -> base + a * inner);
      action.accept(line);
    }
  }

  Kernel kernel() {
    Stmt body =
        Axes.each(
            "o",
            outer,
            o -> {
              Expr base = mul(o, length * inner);
              return length == 0 || inner == 0
                  ? Axes.nothing(k)
                  : inner == 1 ? line(base) : planes(base);
            });
    String name = log ? "logSoftmax" : "softmax";
    return k.build(name, "y" + k.outputType(0) + " = " + name + "(x) along axis " + axis, body);
  }

  private Stmt line(Expr base) {
    boolean registers = RunReduction.inRegisters(k.target(), x.dtype());
    RunReduction most =
        new RunReduction("most", BinaryOp.MAX, Double.NEGATIVE_INFINITY, type, registers);
    RunReduction sum = new RunReduction("sum", BinaryOp.ADD, 0, type, registers);
    Var last = new Var("last", type);
    List<Stmt> out = new ArrayList<>(most.statements(length, RunReduction.of(x, base)));
    if (log) {
      out.addAll(
          sum.statements(
              length,
              (i, lanes) -> exponential(loadVector(x, add(base, i), lanes), ref(most.result()))));
      out.add(local(last, add(call(Intrinsic.LOG, ref(sum.result())), ref(most.result()))));
    } else {
      out.add(
          each(
              "i",
              intLit(length),
              i -> {
                Expr at = add(base, i);
                return store(y, at, exponential(load(x, at), ref(most.result())));
              }));
      out.addAll(sum.statements(length, RunReduction.of(y, base)));
      out.add(local(last, div(literal(type, 1), ref(sum.result()))));
    }
    out.add(
        each(
            "j",
            intLit(length),
            j -> finished(add(base, j), load(log ? x : y, add(base, j)), ref(last))));
    return new Stmt.Block(out);
  }

  private static Expr exponential(Expr x, Expr most) {
    return call(Intrinsic.EXP, sub(x, RunReduction.like(most, x)));
  }

  /**
   * Stores element {@code at}: for Softmax the exponential {@code v} scaled, for LogSoftmax {@code
   * x} minus the logarithm.
   */
  private Stmt finished(Expr at, Expr v, Expr last) {
    return store(y, at, k.finish(log ? sub(v, last) : mul(v, last), at));
  }

  private static Stmt each(String var, Expr count, Stmts.LoopBody body) {
    return loop(var, intLit(0), count, 1, AxisKind.VECTOR, body);
  }

  private Stmt planes(Expr base) {
    int plane = Math.min(inner, k.target().planeLength());
    Buffer rows = k.scratchRows("rows", x.dtype(), 3, plane);
    if (plane == inner) {
      return planes(rows, intLit(inner), base);
    }
    Var count = new Var("count", LoopType.INT);
    return loop(
        "j0",
        intLit(0),
        intLit(inner),
        plane,
        AxisKind.PARALLEL,
        j0 ->
            new Stmt.Block(
                List.of(
                    local(count, min(intLit(plane), sub(intLit(inner), j0))),
                    planes(rows, ref(count), add(base, j0)))));
  }

  private Stmt planes(Buffer rows, Expr count, Expr base) {
    Array row = row(rows, intLit(0));
    Array most = row(rows, intLit(1));
    Array sum = row(rows, intLit(2));
    return block(
        Stmts.copy(x, base, most, intLit(0), count),
        steps(
            "a",
            1,
            base,
            at ->
                block(
                    Stmts.copy(x, at, row, intLit(0), count),
                    each("ai", count, i -> store(most, i, max(load(most, i), load(row, i)))))),
        fill(sum, intLit(0), count, literal(type, 0)),
        steps("b", 0, base, at -> exponentials(row, most, sum, count, at)),
        each(
            "ci",
            count,
            i ->
                store(
                    sum,
                    i,
                    log
                        ? add(call(Intrinsic.LOG, load(sum, i)), load(most, i))
                        : div(literal(type, 1), load(sum, i)))),
        steps(
            "d",
            0,
            base,
            at ->
                block(
                    Stmts.copy(log ? x : y, at, row, intLit(0), count),
                    each("di", count, i -> finished(add(at, i), load(row, i), load(sum, i))))));
  }

  private Stmt exponentials(Array row, Array most, Array sum, Expr count, Expr at) {
    List<Stmt> out = new ArrayList<>();
    out.add(Stmts.copy(x, at, row, intLit(0), count));
    out.add(
        each(
            "bi",
            count,
            i -> store(row, i, call(Intrinsic.EXP, sub(load(row, i), load(most, i))))));
    out.add(each("bj", count, i -> store(sum, i, add(load(sum, i), load(row, i)))));
    if (!log) {
      out.add(Stmts.copy(row, intLit(0), y, at, count));
    }
    return block(out);
  }

  private Stmt steps(String var, int first, Expr base, Stmts.LoopBody body) {
    return loop(
        var,
        intLit(first),
        intLit(length),
        1,
        AxisKind.REDUCE,
        a -> body.apply(add(base, mul(a, inner))));
  }
}
