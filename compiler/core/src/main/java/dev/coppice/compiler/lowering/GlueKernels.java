package dev.coppice.compiler.lowering;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.mul;

import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Buffer.Role;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.PlaceCopy;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** Calls that belong to no node: copies of values, and the counting of iterations. */
final class GlueKernels {
  private GlueKernels() {}

  /** Copies a value of {@code type}. */
  static KernelCall copy(TensorType type, Binding from, Binding to, String comment) {
    int n = type.shape().size();
    Buffer x = Buffer.flat("x", type.dtype(), roleOf(from), n);
    Buffer y = Buffer.flat("y", type.dtype(), Role.OUTPUT, n);
    Stmt body = Stmts.copy(x, intLit(0), y, intLit(0), intLit(n));
    return new KernelCall(
        new Kernel("copy", "y" + type + " = x", List.of(x, y), body), List.of(from, to), comment);
  }

  /** Copies the places (runs of the last axis) of a value of {@code type} to {@code step} apart. */
  static KernelCall copyPlaces(
      TensorType type, int step, Binding from, Binding to, String comment) {
    int channels = type.shape().dim(-1);
    int places = type.shape().size() / channels;
    Buffer x = Buffer.flat("x", type.dtype(), roleOf(from), places * channels);
    Buffer y = Buffer.flat("y", type.dtype(), Role.OUTPUT, (places - 1) * step + channels);
    Stmt body = PlaceCopy.of(x, y, intLit(0), step, places, channels);
    String what = "y = places of x" + type + ", " + step + " apart";
    return new KernelCall(
        new Kernel("copyPlaces", what, List.of(x, y), body), List.of(from, to), comment);
  }

  /** Sets a value of {@code type} to zero. */
  static KernelCall clear(TensorType type, Binding to, String comment) {
    int n = type.shape().size();
    Buffer y = Buffer.flat("y", type.dtype(), Role.OUTPUT, n);
    Stmt body = new Stmt.Fill(y, intLit(0), intLit(n), Exprs.literal(LoopType.of(type.dtype()), 0));
    return new KernelCall(
        new Kernel("clear", "y" + type + " = 0", List.of(y), body), List.of(to), comment);
  }

  /** Copies a value of {@code type} to row {@code index} of a collection of {@code rows}. */
  static KernelCall collect(
      TensorType type, int rows, Binding index, Binding from, Binding to, String comment) {
    int n = type.shape().size();
    Buffer i = Buffer.flat("iteration", DType.INT64, roleOf(index), 1);
    Buffer x = Buffer.flat("x", type.dtype(), roleOf(from), n);
    Buffer y = Buffer.flat("y", type.dtype(), Role.OUTPUT, Math.multiplyExact(n, rows));
    Expr row = Exprs.cast(LoopType.INT, load(i, intLit(0)));
    Stmt body = Stmts.copy(x, intLit(0), y, mul(row, n), intLit(n));
    return new KernelCall(
        new Kernel("collect", "y[iteration] = x" + type, List.of(i, x, y), body),
        List.of(index, from, to),
        comment);
  }

  /** {@code iteration = 0; again = cond && 0 < most}. */
  static KernelCall start(
      Binding most, Binding cond, Binding iteration, Binding again, String comment) {
    return count("start", Exprs.longLit(0), most, cond, iteration, again, comment);
  }

  /** {@code iteration = iteration + 1; again = cond && iteration < most}. */
  static KernelCall next(
      Binding most, Binding cond, Binding iteration, Binding again, String comment) {
    Buffer i = Buffer.flat("iteration", DType.INT64, Role.OUTPUT, 1);
    Expr next = add(load(i, intLit(0)), Exprs.longLit(1));
    return count("next", next, most, cond, iteration, again, comment);
  }

  private static KernelCall count(
      String name,
      Expr value,
      Binding most,
      Binding cond,
      Binding iteration,
      Binding again,
      String comment) {
    Buffer m = Buffer.flat("most", DType.INT64, roleOf(most), 1);
    Buffer c = Buffer.flat("cond", DType.BOOL, roleOf(cond), 1);
    Buffer i = Buffer.flat("iteration", DType.INT64, Role.OUTPUT, 1);
    Buffer a = Buffer.flat("again", DType.BOOL, Role.OUTPUT, 1);
    Stmt body =
        new Stmt.Block(
            List.of(
                Stmts.store(i, intLit(0), value),
                Stmts.store(
                    a,
                    intLit(0),
                    Exprs.and(load(c, intLit(0)), lt(load(i, intLit(0)), load(m, intLit(0)))))));
    String formula = "iteration = " + (name.equals("start") ? "0" : "iteration + 1");
    return new KernelCall(
        new Kernel(name, formula + "; again = cond && iteration < most", List.of(m, c, i, a), body),
        List.of(most, cond, iteration, again),
        comment);
  }

  private static Role roleOf(Binding from) {
    return from instanceof Binding.FlatWeights ? Role.WEIGHTS : Role.INPUT;
  }
}
