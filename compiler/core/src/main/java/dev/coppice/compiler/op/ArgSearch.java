package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
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

/**
 * What {@link ArgMax}, {@link ArgMin} and {@link Hardmax} share: the search for the first or last
 * extreme element along an axis.
 */
record ArgSearch(int axis, boolean largest, boolean last) {

  static TensorType infer(int axis, boolean keepdims, List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.number(inputs, 0);
    Operands.axis(axis, x);
    if (x.shape().dim(axis) == 0) {
      throw Operands.bad("operand 0 is %s, expected elements along axis %d", x, axis);
    }
    List<Integer> dims = new ArrayList<>();
    for (int a = 0; a < x.shape().rank(); a++) {
      if (a != axis) {
        dims.add(x.shape().dim(a));
      } else if (keepdims) {
        dims.add(1);
      }
    }
    return TensorType.of(DType.INT64).with(Shape.of(dims));
  }

  Tensor evaluate(Tensor x, TensorType type) {
    long[] found = new long[type.shape().size()];
    int inner = Axes.inner(x.shape(), axis);
    int extent = x.shape().dim(axis);
    for (int j = 0; j < found.length; j++) {
      int base = j / inner * extent * inner + j % inner;
      for (int d = 1; d < extent; d++) {
        int candidate = base + d * inner;
        int best = base + (int) found[j] * inner;
        boolean equal =
            x.doubleAt(candidate) == x.doubleAt(best) && x.longAt(candidate) == x.longAt(best);
        if (before(x, largest ? best : candidate, largest ? candidate : best) || last && equal) {
          found[j] = d;
        }
      }
    }
    return Tensor.adopt(type, found);
  }

  private static boolean before(Tensor x, int i, int j) {
    return x.dtype().isFloat()
        ? x.doubleAt(i) < x.doubleAt(j)
        : Unsigned.ordered(x, i) < Unsigned.ordered(x, j);
  }

  Stmt body(KernelBuilder k) {
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    int inner = Axes.inner(k.inputType(0).shape(), axis);
    return lines(
        k.inputType(0).shape(),
        x,
        (o, i, at) -> {
          Expr to = add(mul(o, inner), i);
          return Stmts.store(y, to, k.finish(cast(LoopType.LONG, at), to));
        });
  }

  /** What to do with the index found on one line. */
  @FunctionalInterface
  interface Found {
    /** The statement for index {@code at} on the line of {@code outer} and {@code inner}. */
    Stmt apply(Expr outer, Expr inner, Expr at);
  }

  /** Searches each line of {@code x}. */
  Stmt lines(Shape shape, Buffer x, Found found) {
    int inner = Axes.inner(shape, axis);
    int extent = shape.dim(axis);
    Var best = new Var("best", LoopType.of(x.dtype()));
    Var at = new Var("at", LoopType.INT);
    Var v = new Var("v", best.type());
    BinaryOp better =
        largest ? (last ? BinaryOp.GE : BinaryOp.GT) : (last ? BinaryOp.LE : BinaryOp.LT);
    return Axes.each(
        "o",
        Axes.outer(shape, axis),
        o ->
            Axes.each(
                "i",
                inner,
                i -> {
                  Expr base = add(mul(o, extent * inner), i);
                  return new Stmt.Block(
                      List.of(
                          local(best, Unsigned.ordered(x.dtype(), load(x, base))),
                          local(at, intLit(0)),
                          loop(
                              "d",
                              intLit(1),
                              intLit(extent),
                              1,
                              AxisKind.REDUCE,
                              d ->
                                  new Stmt.Block(
                                      List.of(
                                          local(
                                              v,
                                              Unsigned.ordered(
                                                  x.dtype(), load(x, add(base, mul(d, inner))))),
                                          when(
                                              binary(better, ref(v), ref(best)),
                                              block(assign(best, ref(v)), assign(at, d)))))),
                          found.apply(o, i, ref(at))));
                }));
  }
}
