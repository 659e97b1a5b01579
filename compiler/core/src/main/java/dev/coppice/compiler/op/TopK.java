package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.and;
import static dev.coppice.compiler.loop.Exprs.binary;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.eq;
import static dev.coppice.compiler.loop.Exprs.gt;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.or;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;
import static dev.coppice.compiler.loop.Stmts.when;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The {@code k} largest or smallest elements along an axis, in order, and their indices (int64); of
 * equal elements the first comes first. Numbers without NaN. ONNX TopK, since 1 (later its second
 * operand is {@code k}).
 *
 * @param axis axis to search along
 * @param k elements to find, at most the axis' extent
 * @param largest whether the largest are wanted
 */
public record TopK(int axis, int k, boolean largest) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.number(inputs, 0);
    Operands.axis(axis, x);
    if (k < 0 || k > x.shape().dim(axis)) {
      throw Operands.bad(
          "k is %d, expected 0 to %d, axis %d of operand %s", k, x.shape().dim(axis), axis, x);
    }
    Shape y = x.shape().with(axis, k);
    return List.of(x.with(y), TensorType.of(DType.INT64).with(y));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Shape shape = x.shape().with(axis, k);
    int[] from = new int[shape.size()];
    int inner = Axes.inner(shape, axis);
    int extent = x.shape().dim(axis);
    Comparator<Integer> order =
        x.dtype().isFloat()
            ? Comparator.comparingDouble(x::doubleAt)
            : Comparator.comparingLong(i -> Unsigned.ordered(x, i));
    for (int j = 0; j < Axes.outer(shape, axis) * inner; j++) {
      int line = j / inner * extent * inner + j % inner;
      int to = j / inner * k * inner + j % inner;
      List<Integer> sorted =
          IntStream.range(0, extent)
              .mapToObj(d -> line + d * inner)
              .sorted((largest ? order.reversed() : order).thenComparing(i -> i))
              .toList();
      for (int r = 0; r < k; r++) {
        from[to + r * inner] = sorted.get(r);
      }
    }
    TensorType indices = TensorType.of(DType.INT64).with(shape);
    return List.of(
        x.gather(shape, i -> from[i]), Tensor.fromLongs(indices, i -> from[i] / inner % extent));
  }

  @Override
  public Kernel lower(KernelBuilder b) {
    Shape shape = b.inputType(0).shape();
    int inner = Axes.inner(shape, axis);
    Buffer x = b.input(0, "x");
    Buffer values = b.output(0, "values");
    Buffer indices = b.output(1, "indices");
    Stmt body =
        Axes.each(
            "o",
            Axes.outer(shape, axis),
            o ->
                Axes.each(
                    "i",
                    inner,
                    i -> {
                      Expr line = add(mul(o, shape.dim(axis) * inner), i);
                      return line(x, values, indices, line, add(mul(o, k * inner), i), shape);
                    }));
    return b.build(
        "topK", "the " + k + " first of x" + b.inputType(0) + " along axis " + axis, body);
  }

  private Stmt line(Buffer x, Buffer values, Buffer indices, Expr line, Expr results, Shape shape) {
    int inner = Axes.inner(shape, axis);
    Var last = new Var("last", LoopType.of(x.dtype()));
    Var lastAt = new Var("lastAt", LoopType.INT);
    Var best = new Var("best", last.type());
    Var bestAt = new Var("bestAt", LoopType.INT);
    Stmt ranks =
        reduceLoop(
            "r",
            k,
            r -> {
              Expr to = add(results, mul(r, inner));
              return new Stmt.Block(
                  List.of(
                      local(best, literal(best.type(), 0)),
                      local(bestAt, intLit(-1)),
                      search(x, line, shape.dim(axis), inner, last, lastAt, best, bestAt),
                      store(values, to, Unsigned.ordered(x.dtype(), ref(best))),
                      store(indices, to, cast(LoopType.LONG, ref(bestAt))),
                      assign(last, ref(best)),
                      assign(lastAt, ref(bestAt))));
            });
    return new Stmt.Block(
        List.of(local(last, literal(last.type(), 0)), local(lastAt, intLit(-1)), ranks));
  }

  /** Finds the best of the elements that come after the last one found. */
  private Stmt search(
      Buffer x, Expr line, int extent, int inner, Var last, Var lastAt, Var best, Var bestAt) {
    Var v = new Var("v", last.type());
    BinaryOp before = largest ? BinaryOp.GT : BinaryOp.LT;
    return reduceLoop(
        "d",
        extent,
        d -> {
          Expr open =
              or(
                  lt(ref(lastAt), intLit(0)),
                  or(
                      binary(before, ref(last), ref(v)),
                      and(eq(ref(v), ref(last)), gt(d, ref(lastAt)))));
          Expr better = or(lt(ref(bestAt), intLit(0)), binary(before, ref(v), ref(best)));
          return new Stmt.Block(
              List.of(
                  local(v, Unsigned.ordered(x.dtype(), load(x, add(line, mul(d, inner))))),
                  when(and(open, better), block(assign(best, ref(v)), assign(bestAt, d)))));
        });
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
