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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The kernels of {@link LayerNormalization} and {@link RmsNormalization}: runs of elements, each
 * scaled by statistics of its own.
 *
 * @param axis first axis of a run
 * @param epsilon added to the variance or mean square
 * @param centred whether the mean is taken off first
 */
record NormalizedRuns(int axis, float epsilon, boolean centred) {
  /** Types for {@code x}, scale and, where allowed, bias. */
  List<TensorType> inferTypes(List<TensorType> inputs, int most) {
    Operands.count(inputs, 2, most);
    TensorType x = inputs.get(0);
    Operands.floating(inputs, 0);
    Operands.axis(axis, x);
    int[] dims = x.shape().dims();
    for (int i = 1; i < inputs.size(); i++) {
      Operands.sameDtype(inputs, i);
      Operands.shape(inputs, i, Shape.of(Arrays.copyOfRange(dims, axis, dims.length)));
    }
    return List.of(x);
  }

  List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int length = x.shape().sizeOf(axis, x.shape().rank());
    double[] y = new double[x.size()];
    for (int base = 0; base < y.length; base += length) {
      double mean = 0;
      for (int i = 0; centred && i < length; i++) {
        mean += x.doubleAt(base + i) / length;
      }
      double square = 0;
      for (int i = 0; i < length; i++) {
        square += Math.pow(x.doubleAt(base + i) - mean, 2) / length;
      }
      for (int i = 0; i < length; i++) {
        double normal = (x.doubleAt(base + i) - mean) / Math.sqrt(square + epsilon);
        double bias = inputs.size() > 2 ? inputs.get(2).doubleAt(i) : 0;
        y[base + i] = inputs.get(1).doubleAt(i) * normal + bias;
      }
    }
    return List.of(Tensor.fromDoubles(x.type(), i -> y[i]));
  }

  Kernel lower(KernelBuilder k, String name) {
    Shape shape = k.inputType(0).shape();
    int length = shape.sizeOf(axis, shape.rank());
    Buffer x = k.input(0, "x");
    Buffer scale = k.input(1, "scale");
    Optional<Buffer> bias = k.inputs() > 2 ? Optional.of(k.input(2, "bias")) : Optional.empty();
    Buffer y = k.output(0, "y");
    LoopType type = LoopType.of(x.dtype());
    Var factor = new Var("factor", type);
    boolean registers = RunReduction.inRegisters(k.target(), x.dtype());
    Stmt body =
        shape.size() == 0
            ? Axes.nothing(k)
            : Axes.each(
                "o",
                Axes.outer(shape, axis),
                o -> {
                  Expr base = mul(o, length);
                  RunMoments moments = new RunMoments(x, base, length, centred, registers);
                  List<Stmt> out = new ArrayList<>(moments.statements());
                  Expr spread =
                      call(Intrinsic.SQRT, add(moments.variance(), literal(type, epsilon)));
                  out.add(local(factor, div(literal(type, 1), spread)));
                  out.add(
                      loop(
                          "i",
                          intLit(0),
                          intLit(length),
                          1,
                          AxisKind.VECTOR,
                          i -> {
                            Expr at = add(base, i);
                            Expr own = load(x, at);
                            Expr off = centred ? sub(own, moments.mean()) : own;
                            Expr scaled = mul(mul(off, ref(factor)), load(scale, i));
                            Expr value =
                                bias.isPresent() ? add(scaled, load(bias.get(), i)) : scaled;
                            return store(y, at, k.finish(value, at));
                          }));
                  return new Stmt.Block(out);
                });
    return k.build(name, "y" + k.outputType(0) + " normalized from axis " + axis + " on", body);
  }
}
