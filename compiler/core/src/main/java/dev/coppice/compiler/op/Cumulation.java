package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What running sums and products share.
 *
 * @param by ADD or MUL
 * @param axis axis to walk
 * @param exclusive whether an element is left out of its own result
 * @param reverse whether to walk from the end
 */
record Cumulation(BinaryOp by, int axis, boolean exclusive, boolean reverse) {
  private int neutral() {
    return by == BinaryOp.ADD ? 0 : 1;
  }

  Tensor evaluate(Tensor x) {
    double[] floats = new double[x.size()];
    long[] integers = new long[x.size()];
    boolean floating = x.dtype().isFloat();
    SoftmaxSchedule.eachLine(
        x.shape(),
        axis,
        line -> {
          double f = neutral();
          long n = neutral();
          for (int i : ordered(line)) {
            double before = f;
            long earlier = n;
            if (floating) {
              f = by == BinaryOp.ADD ? f + x.doubleAt(i) : f * x.doubleAt(i);
            } else {
              n = by == BinaryOp.ADD ? n + x.longAt(i) : n * x.longAt(i);
            }
            floats[i] = exclusive ? before : f;
            integers[i] = exclusive ? earlier : n;
          }
        });
    return floating
        ? Tensor.fromDoubles(x.type(), i -> floats[i])
        : Tensor.fromLongs(x.type(), i -> integers[i]);
  }

  private int[] ordered(int[] line) {
    int[] out = line.clone();
    if (reverse) {
      Arrays.setAll(out, i -> line[line.length - 1 - i]);
    }
    return out;
  }

  Kernel lower(KernelBuilder k, String name, String what) {
    Shape shape = k.inputType(0).shape();
    int extent = shape.dim(axis);
    int inner = Axes.inner(shape, axis);
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    LoopType type = LoopType.of(x.dtype());
    Var total = new Var(name.equals("cumSum") ? "sum" : "product", type);
    Var next = new Var("next", type);
    Stmt body =
        Axes.each(
            "o",
            Axes.outer(shape, axis),
            o ->
                Axes.each(
                    "i",
                    inner,
                    i ->
                        new Stmt.Block(
                            List.of(
                                local(total, literal(type, neutral())),
                                reduceLoop(
                                    "d",
                                    extent,
                                    d -> {
                                      Expr a = reverse ? sub(intLit(extent - 1), d) : d;
                                      Expr at = add(mul(add(mul(o, extent), a), inner), i);
                                      Expr value = exclusive ? ref(total) : ref(next);
                                      return new Stmt.Block(
                                          List.of(
                                              local(
                                                  next, Exprs.binary(by, ref(total), load(x, at))),
                                              store(y, at, k.finish(value, at)),
                                              assign(total, ref(next))));
                                    })))));
    return k.build(name, "y" + k.outputType(0) + " = " + what + " of x along axis " + axis, body);
  }
}
