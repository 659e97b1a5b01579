package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.lt;
import static dev.coppice.compiler.loop.Exprs.max;
import static dev.coppice.compiler.loop.Exprs.min;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.select;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Slices of {@code x} at given indices: {@code y[outer, i.., inner] = x[outer, indices[i..],
 * inner]}. {@code x: [outer.., D, inner..]} of any type; {@code indices} int32 or int64 in {@code
 * [-D, D)}, negative ones counting from the end; the result has the shape of {@code indices} in
 * place of {@code D}. Constant indices are checked when the model is compiled, others are clamped
 * at run time. ONNX Gather, since 1.
 *
 * @param axis axis of {@code D}
 */
public record Gather(int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    TensorType x = inputs.get(0);
    Operands.axis(axis, x);
    Operands.indices(inputs, 1);
    Shape indices = inputs.get(1).shape();
    if (x.shape().dim(axis) == 0 && indices.size() > 0) {
      throw Operands.bad("axis %d of operand %s is empty", axis, x);
    }
    List<Integer> dims = new ArrayList<>();
    for (int a = 0; a < x.shape().rank(); a++) {
      if (a != axis) {
        dims.add(x.shape().dim(a));
      } else {
        Arrays.stream(indices.dims()).forEach(dims::add);
      }
    }
    return List.of(x.with(Shape.of(dims)));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor indices = inputs.get(1);
    Shape y = inferTypes(List.of(x.type(), indices.type())).get(0).shape();
    int inner = Axes.inner(x.shape(), axis);
    int extent = x.shape().dim(axis);
    int[] at = new int[indices.size()];
    for (int m = 0; m < at.length; m++) {
      at[m] = Axes.wrap(indices.longAt(m), extent, x.type());
    }
    return List.of(
        x.gather(
            y,
            i -> {
              int m = i / inner % at.length;
              int o = i / inner / at.length;
              return (o * extent + at[m]) * inner + i % inner;
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape x = k.inputType(0).shape();
    int outer = Axes.outer(x, axis);
    int inner = Axes.inner(x, axis);
    int extent = x.dim(axis);
    int count = k.inputType(1).shape().size();
    Buffer in = k.input(0, "x");
    Optional<Tensor> constant = k.constant(1);
    String comment =
        "y"
            + k.outputType(0)
            + " = x"
            + k.inputType(0)
            + " at "
            + k.inputType(1)
            + " on axis "
            + axis;
    if (constant.isPresent() && count == 1) {
      int at = Axes.wrap(constant.get().longAt(0), extent, k.inputType(0));
      StridedView view =
          new StridedView(at * inner, new int[] {outer, inner}, new int[] {extent * inner, 1});
      return k.build("gather", comment, view.copy(k, in, k.output(0, "y")));
    }
    Buffer indices =
        constant
            .map(t -> k.weights("indices", table(t, k.inputType(0))))
            .orElseGet(() -> k.input(1, "indices"));
    Buffer y = k.output(0, "y");
    Stmt body =
        Axes.each(
            "o",
            outer,
            o ->
                Axes.each(
                    "m",
                    count,
                    m -> {
                      Expr at = load(indices, m);
                      Expr row = constant.isPresent() ? at : clamped(at, extent);
                      Expr from = mul(add(mul(o, extent), row), inner);
                      Expr to = mul(add(mul(o, count), m), inner);
                      return run(k, in, from, y, to, inner);
                    }));
    return k.build("gather", comment, body);
  }

  private Tensor table(Tensor indices, TensorType x) {
    int extent = x.shape().dim(axis);
    return Tensor.fromLongs(
        TensorType.of(DType.INT32, indices.size()), m -> Axes.wrap(indices.longAt(m), extent, x));
  }

  /**
   * An index read at run time, made safe: negative ones count from the end, those outside are moved
   * to the nearest element.
   */
  static Expr clamped(Expr index, int extent) {
    Expr zero = literal(index.type(), 0);
    Expr wrapped = select(lt(index, zero), add(index, literal(index.type(), extent)), index);
    return cast(LoopType.INT, min(max(wrapped, zero), literal(index.type(), extent - 1)));
  }

  /** Stores {@code length} elements from {@code from} on to {@code to}. */
  static Stmt run(KernelBuilder k, Buffer in, Expr from, Buffer y, Expr to, int length) {
    if (length >= 8 && !k.hasEpilogue()) {
      return Stmts.copy(in, from, y, to, intLit(length));
    }
    if (length == 1) {
      return store(y, to, k.finish(load(in, from), to));
    }
    return Axes.each(
        "i", length, i -> store(y, add(to, i), k.finish(load(in, add(from, i)), add(to, i))));
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
