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
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Intrinsic;
import dev.coppice.compiler.loop.Kernel;
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
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * {@code y = scale * (x - mean) / sqrt(variance + epsilon) + bias} with the statistics given
 * (inference). The other operands are {@code [C]}, {@code C} the size of {@code x} along an axis,
 * in ONNX axis 1; floats. ONNX BatchNormalization, since 7.
 *
 * @param epsilon added to the variance
 * @param axis axis of {@code C}
 */
public record BatchNormalization(float epsilon, int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 5, 5);
    TensorType x = inputs.get(0);
    Operands.floating(inputs, 0);
    Operands.axis(axis, x);
    for (int i = 1; i < 5; i++) {
      Operands.floating(inputs, i);
      Operands.shape(inputs, i, Shape.of(x.shape().dim(axis)));
    }
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int channels = x.shape().dim(axis);
    int inner = Axes.inner(x.shape(), axis);
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
    int channels = shape.dim(axis);
    int inner = Axes.inner(shape, axis);
    Buffer x = k.input(0, "x");
    List<Stmt> body = new ArrayList<>();
    List<Buffer> factors = factors(k, channels, body);
    Buffer y = k.output(0, "y");
    body.add(
        Axes.each(
            "n",
            Axes.outer(shape, axis),
            n -> inner == 1 ? places(k, x, factors, y, n) : planes(k, x, factors, y, n, inner)));
    return k.build(
        "batchNormalization", "y" + k.outputType(0) + " = factor[c] * x + shift[c]", block(body));
  }

  /** All channels of one place. */
  private static Stmt places(KernelBuilder k, Buffer x, List<Buffer> factors, Buffer y, Expr n) {
    int channels = factors.get(0).length();
    return each(
        "c",
        channels,
        c -> {
          Expr at = add(mul(n, channels), c);
          Expr value = add(mul(load(x, at), load(factors.get(0), c)), load(factors.get(1), c));
          return store(y, at, k.finish(value, at));
        });
  }

  /** All channels, {@code inner} elements each. */
  private static Stmt planes(
      KernelBuilder k, Buffer x, List<Buffer> factors, Buffer y, Expr n, int inner) {
    int channels = factors.get(0).length();
    Var a = new Var("factor", LoopType.of(x.dtype()));
    Var b = new Var("shift", LoopType.of(x.dtype()));
    return Axes.each(
        "c",
        channels,
        c -> {
          Expr base = mul(add(mul(n, channels), c), inner);
          return new Stmt.Block(
              List.of(
                  local(a, load(factors.get(0), c)),
                  local(b, load(factors.get(1), c)),
                  each(
                      "i",
                      inner,
                      i -> {
                        Expr at = add(base, i);
                        Expr value = add(mul(load(x, at), ref(a)), ref(b));
                        return store(y, at, k.finish(value, at));
                      })));
        });
  }

  private static Stmt each(String var, int count, Stmts.LoopBody body) {
    return loop(var, intLit(0), intLit(count), 1, AxisKind.VECTOR, body);
  }

  /**
   * Factor and shift of each channel: tables if the statistics are constants, else computed first,
   * by statements added to {@code body}.
   */
  private List<Buffer> factors(KernelBuilder k, int channels, List<Stmt> body) {
    List<Optional<Tensor>> constants =
        List.of(k.constant(1), k.constant(2), k.constant(3), k.constant(4));
    if (constants.stream().allMatch(Optional::isPresent)) {
      List<Tensor> p = constants.stream().map(Optional::orElseThrow).toList();
      TensorType type = k.inputType(0).with(p.get(0).shape());
      IntToDoubleFunction factor =
          c -> p.get(0).doubleAt(c) / Math.sqrt(p.get(3).doubleAt(c) + epsilon);
      return List.of(
          k.weights("factors", Tensor.fromDoubles(type, factor)),
          k.weights(
              "shifts",
              Tensor.fromDoubles(
                  type,
                  c -> p.get(1).doubleAt(c) - p.get(2).doubleAt(c) * factor.applyAsDouble(c))));
    }
    Buffer scale = k.input(1, "scale");
    Buffer bias = k.input(2, "bias");
    Buffer mean = k.input(3, "mean");
    Buffer variance = k.input(4, "variance");
    LoopType type = LoopType.of(k.inputType(0).dtype());
    DType dtype = type.equals(LoopType.DOUBLE) ? DType.FLOAT64 : DType.FLOAT32;
    Buffer factors = k.scratch("factors", dtype, channels);
    Buffer shifts = k.scratch("shifts", dtype, channels);
    Var factor = new Var("wide", LoopType.DOUBLE);
    body.add(
        Axes.each(
            "s",
            channels,
            c -> {
              Expr spread = call(Intrinsic.SQRT, add(wide(load(variance, c)), doubleLit(epsilon)));
              Expr shift = sub(wide(load(bias, c)), mul(wide(load(mean, c)), ref(factor)));
              return new Stmt.Block(
                  List.of(
                      local(factor, div(wide(load(scale, c)), spread)),
                      store(factors, c, cast(type, ref(factor))),
                      store(shifts, c, cast(type, shift))));
            }));
    return List.of(factors, shifts);
  }

  private static Expr wide(Expr e) {
    return cast(LoopType.DOUBLE, e);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    return Optional.of(
        ChannelsLast.of(new BatchNormalization(epsilon, Axes.channelsLast(axis, rank))));
  }
}
