package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.ge;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.reduceLoop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * How many thresholds of its channel an element reaches: {@code y = #{b : x >= t[c, b]}}. {@code x}
 * float32 with channels along {@code axis}, thresholds float32 {@code [C, B]} or {@code [1, B]};
 * result float32. FINN MultiThreshold without its scale and bias.
 *
 * @param axis axis of channels
 */
public record MultiThreshold(int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    TensorType x = inputs.get(0);
    Shape t = inputs.get(1).shape();
    Operands.dtype(inputs, 0, DType.FLOAT32);
    Operands.dtype(inputs, 1, DType.FLOAT32);
    Operands.axis(axis, x);
    if (t.rank() != 2 || t.dim(0) != 1 && t.dim(0) != x.shape().dim(axis)) {
      throw Operands.bad(
          "operand 1 is %s, expected shape [%d, B] or [1, B]", inputs.get(1), x.shape().dim(axis));
    }
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor t = inputs.get(1);
    int steps = t.shape().dim(1);
    int inner = Axes.inner(x.shape(), axis);
    return List.of(
        Tensor.fromDoubles(
            x.type(),
            i -> {
              int c = i / inner % x.shape().dim(axis) % t.shape().dim(0);
              int n = 0;
              for (int b = 0; b < steps; b++) {
                n += x.floatAt(i) >= t.floatAt(c * steps + b) ? 1 : 0;
              }
              return n;
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    Shape thresholds = k.inputType(1).shape();
    int steps = thresholds.dim(1);
    int channels = shape.dim(axis);
    int inner = Axes.inner(shape, axis);
    Buffer x = k.input(0, "x");
    Buffer t = k.input(1, "t");
    Buffer y = k.output(0, "y");
    Stmt body =
        Axes.each(
            "o",
            Axes.outer(shape, axis),
            o ->
                Axes.each(
                    "c",
                    channels,
                    c ->
                        Axes.each(
                            "i",
                            inner,
                            i -> {
                              Expr at = add(mul(add(mul(o, channels), c), inner), i);
                              Expr row = thresholds.dim(0) == 1 ? intLit(0) : mul(c, steps);
                              return element(k, x, t, y, at, row, steps);
                            })));
    return k.build("multiThreshold", "y" + shape + " = number of thresholds reached", body);
  }

  private static Stmt element(
      KernelBuilder k, Buffer x, Buffer t, Buffer y, Expr at, Expr row, int steps) {
    Var value = new Var("v", LoopType.FLOAT);
    Var n = new Var("n", LoopType.INT);
    return new Stmt.Block(
        List.of(
            local(value, load(x, at)),
            local(n, intLit(0)),
            reduceLoop(
                "b",
                steps,
                b ->
                    assign(
                        n,
                        add(
                            ref(n),
                            select(ge(ref(value), load(t, add(row, b))), intLit(1), intLit(0))))),
            store(y, at, k.finish(cast(LoopType.FLOAT, ref(n)), at))));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
