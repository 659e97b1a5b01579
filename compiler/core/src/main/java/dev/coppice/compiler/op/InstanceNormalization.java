package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Exprs.sub;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.schedule.RunReduction;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code y = scale * (x - mean) / sqrt(variance + epsilon) + bias} with mean and variance of each
 * channel of each sample. {@code x: [N, C, D1, ...]}, scale and bias {@code [C]}; floats of one
 * type. ONNX InstanceNormalization, since 6.
 *
 * @param epsilon added to the variance
 */
public record InstanceNormalization(float epsilon) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 3, 3);
    TensorType x = inputs.get(0);
    Operands.floating(inputs, 0);
    if (x.shape().rank() < 3) {
      throw Operands.bad("operand 0 is %s, expected at least 3 dimensions [N, C, D1, ...]", x);
    }
    for (int i = 1; i < 3; i++) {
      Operands.sameDtype(inputs, i);
      Operands.shape(inputs, i, Shape.of(x.shape().dim(1)));
    }
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int channels = x.shape().dim(1);
    int inner = Axes.inner(x.shape(), 1);
    double[] y = new double[x.size()];
    for (int base = 0; base < y.length; base += inner) {
      int c = base / inner % channels;
      double mean = 0;
      for (int i = 0; i < inner; i++) {
        mean += x.doubleAt(base + i) / inner;
      }
      double variance = 0;
      for (int i = 0; i < inner; i++) {
        variance += Math.pow(x.doubleAt(base + i) - mean, 2) / inner;
      }
      for (int i = 0; i < inner; i++) {
        double centred = x.doubleAt(base + i) - mean;
        y[base + i] =
            inputs.get(1).doubleAt(c) * centred / Math.sqrt(variance + epsilon)
                + inputs.get(2).doubleAt(c);
      }
    }
    return List.of(Tensor.fromDoubles(x.type(), i -> y[i]));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int channels = shape.dim(1);
    int inner = Axes.inner(shape, 1);
    Buffer x = k.input(0, "x");
    Buffer scale = k.input(1, "scale");
    Buffer bias = k.input(2, "bias");
    Buffer y = k.output(0, "y");
    Stmt body =
        inner == 0
            ? Axes.nothing(k)
            : Axes.each(
                "n",
                shape.dim(0),
                n ->
                    Axes.each(
                        "c",
                        channels,
                        c -> {
                          Expr base = mul(add(mul(n, channels), c), inner);
                          return channel(k, x, y, base, inner, load(scale, c), load(bias, c));
                        }));
    return k.build(
        "instanceNormalization", "y" + k.outputType(0) + ": each channel normalized", body);
  }

  private Stmt channel(
      KernelBuilder k, Buffer x, Buffer y, Expr base, int inner, Expr scale, Expr bias) {
    LoopType type = LoopType.of(x.dtype());
    Var factor = new Var("factor", type);
    Var shift = new Var("shift", type);
    RunMoments moments =
        new RunMoments(x, base, inner, true, RunReduction.inRegisters(k.target(), x.dtype()));
    List<Stmt> out = new ArrayList<>(moments.statements());
    Expr spread = call(Intrinsic.SQRT, add(moments.variance(), literal(type, epsilon)));
    out.add(local(factor, div(scale, spread)));
    out.add(local(shift, sub(bias, mul(moments.mean(), ref(factor)))));
    out.add(
        loop(
            "i",
            intLit(0),
            intLit(inner),
            1,
            AxisKind.VECTOR,
            i -> {
              Expr at = add(base, i);
              return store(y, at, k.finish(add(mul(load(x, at), ref(factor)), ref(shift)), at));
            }));
    return new Stmt.Block(out);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
