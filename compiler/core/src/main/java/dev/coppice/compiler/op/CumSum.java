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
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/**
 * Running sums along an axis. Numbers; floats accumulate in float, in {@link #evaluate} in double.
 * ONNX CumSum, since 11 (its second operand is the axis).
 *
 * @param axis axis to add along
 * @param exclusive whether an element is left out of its own sum
 * @param reverse whether sums run from the end
 */
public record CumSum(int axis, boolean exclusive, boolean reverse) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.number(inputs, 0);
    Operands.axis(axis, x);
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    if (x.dtype().isFloat()) {
      double[] y = new double[x.size()];
      SoftmaxSchedule.eachLine(
          x.shape(),
          axis,
          line -> {
            double sum = 0;
            for (int i : ordered(line)) {
              double next = sum + x.doubleAt(i);
              y[i] = exclusive ? sum : next;
              sum = next;
            }
          });
      return List.of(Tensor.fromDoubles(x.type(), i -> y[i]));
    }
    long[] y = new long[x.size()];
    SoftmaxSchedule.eachLine(
        x.shape(),
        axis,
        line -> {
          long sum = 0;
          for (int i : ordered(line)) {
            long next = sum + x.longAt(i);
            y[i] = exclusive ? sum : next;
            sum = next;
          }
        });
    return List.of(Tensor.fromLongs(x.type(), i -> y[i]));
  }

  private int[] ordered(int[] line) {
    int[] out = line.clone();
    if (reverse) {
      Arrays.setAll(out, i -> line[line.length - 1 - i]);
    }
    return out;
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int extent = shape.dim(axis);
    int inner = Axes.inner(shape, axis);
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    LoopType type = LoopType.of(x.dtype());
    Var sum = new Var("sum", type);
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
                                local(sum, literal(type, 0)),
                                reduceLoop(
                                    "d",
                                    extent,
                                    d -> {
                                      Expr a = reverse ? sub(intLit(extent - 1), d) : d;
                                      Expr at = add(mul(add(mul(o, extent), a), inner), i);
                                      Expr value = exclusive ? ref(sum) : ref(next);
                                      return new Stmt.Block(
                                          List.of(
                                              local(next, add(ref(sum), load(x, at))),
                                              store(y, at, k.finish(value, at)),
                                              assign(sum, ref(next))));
                                    })))));
    return k.build("cumSum", "y" + k.outputType(0) + " = sums of x along axis " + axis, body);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
