package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.call;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.div;
import static dev.coppice.compiler.loop.Exprs.doubleLit;
import static dev.coppice.compiler.loop.Exprs.intLit;
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
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;

/**
 * {@code y = scale * (x - mean) / sqrt(variance + epsilon) + bias} with the statistics given
 * (inference). {@code x: [N, C, D1, ...]}, the other operands {@code [C]}; floats. ONNX
 * BatchNormalization, since 7.
 *
 * @param epsilon added to the variance
 */
public record BatchNormalization(float epsilon) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 5, 5);
    TensorType x = inputs.get(0);
    Operands.floating(inputs, 0);
    if (x.shape().rank() < 2) {
      throw Operands.bad("operand 0 is %s, expected at least 2 dimensions [N, C, ...]", x);
    }
    for (int i = 1; i < 5; i++) {
      Operands.floating(inputs, i);
      Operands.shape(inputs, i, Shape.of(x.shape().dim(1)));
    }
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int channels = x.shape().dim(1);
    int inner = Axes.inner(x.shape(), 1);
    return List.of(
        Tensor.fromDoubles(
            x.type(),
            i -> {
              int c = i / inner % channels;
              double deviation = Math.sqrt(inputs.get(4).doubleAt(c) + epsilon);
              double centred = x.doubleAt(i) - inputs.get(3).doubleAt(c);
              return inputs.get(1).doubleAt(c) * centred / deviation + inputs.get(2).doubleAt(c);
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int channels = shape.dim(1);
    int inner = Axes.inner(shape, 1);
    Buffer x = k.input(0, "x");
    Function<Expr, List<Expr>> factors = factors(k);
    Buffer y = k.output(0, "y");
    LoopType type = LoopType.of(x.dtype());
    Var a = new Var("factor", type);
    Var b = new Var("shift", type);
    Stmt body =
        Axes.each(
            "n",
            shape.dim(0),
            n ->
                Axes.each(
                    "c",
                    channels,
                    c -> {
                      Expr base = mul(add(mul(n, channels), c), inner);
                      List<Expr> values = factors.apply(c);
                      return new Stmt.Block(
                          List.of(
                              local(a, cast(type, values.get(0))),
                              local(b, cast(type, values.get(1))),
                              loop(
                                  "i",
                                  intLit(0),
                                  intLit(inner),
                                  1,
                                  AxisKind.VECTOR,
                                  i -> {
                                    Expr at = add(base, i);
                                    Expr value = add(mul(load(x, at), ref(a)), ref(b));
                                    return store(y, at, k.finish(value, at));
                                  })));
                    }));
    return k.build(
        "batchNormalization", "y" + k.outputType(0) + " = factor[c] * x + shift[c]", body);
  }

  /**
   * Factor and shift of a channel: read from tables if the statistics are constants, else computed.
   */
  private Function<Expr, List<Expr>> factors(KernelBuilder k) {
    List<Optional<Tensor>> constants =
        List.of(k.constant(1), k.constant(2), k.constant(3), k.constant(4));
    if (constants.stream().allMatch(Optional::isPresent)) {
      List<Tensor> p = constants.stream().map(Optional::orElseThrow).toList();
      TensorType type = k.inputType(0).with(p.get(0).shape());
      IntToDoubleFunction factor =
          c -> p.get(0).doubleAt(c) / Math.sqrt(p.get(3).doubleAt(c) + epsilon);
      Buffer a = k.weights("factors", Tensor.fromDoubles(type, factor));
      Buffer b =
          k.weights(
              "shifts",
              Tensor.fromDoubles(
                  type,
                  c -> p.get(1).doubleAt(c) - p.get(2).doubleAt(c) * factor.applyAsDouble(c)));
      return c -> List.of(load(a, c), load(b, c));
    }
    Buffer scale = k.input(1, "scale");
    Buffer bias = k.input(2, "bias");
    Buffer mean = k.input(3, "mean");
    Buffer variance = k.input(4, "variance");
    return c -> {
      Expr spread = add(wide(load(variance, c)), doubleLit(epsilon));
      Expr factor = div(wide(load(scale, c)), call(Intrinsic.SQRT, spread));
      return List.of(factor, sub(wide(load(bias, c)), mul(wide(load(mean, c)), factor)));
    };
  }

  private static Expr wide(Expr e) {
    return cast(LoopType.DOUBLE, e);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }
}
