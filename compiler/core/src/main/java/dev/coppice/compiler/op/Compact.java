package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.cast;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.longLit;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.assign;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.copy;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Exprs;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Brings the elements of a value whose extents are known only at run time together: its first
 * elements are then those of its true shape in row-major order, the rest is zero. Operands: {@code
 * x} of any type; for each of {@code axes} how many elements count along it, one i64. Results: of
 * the type of {@code x}; the true shape, {@code i64[rank of x]}. Not of ONNX.
 *
 * @param axes axes with a run-time extent, ascending
 */
public record Compact(List<Integer> axes) implements Op {
  public Compact {
    axes = List.copyOf(axes);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 1 + axes.size(), 1 + axes.size());
    TensorType x = inputs.get(0);
    for (int i = 0; i < axes.size(); i++) {
      Operands.axis(axes.get(i), x);
      TensorType count = inputs.get(1 + i);
      if (count.dtype() != DType.INT64 || count.shape().size() != 1) {
        throw Operands.bad("operand %d is %s, expected one i64", 1 + i, count);
      }
    }
    return List.of(x, TensorType.of(DType.INT64, x.shape().rank()));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int[] dims = x.shape().dims();
    for (int i = 0; i < axes.size(); i++) {
      long count = inputs.get(1 + i).longAt(0);
      dims[axes.get(i)] = (int) Math.max(0, Math.min(dims[axes.get(i)], count));
    }
    Shape shape = Shape.of(dims);
    int[] strides = x.shape().strides();
    Tensor part = x.gather(shape, i -> Axes.index(Axes.coordinates(i, dims), strides));
    Tensor y =
        x.dtype().isFloat()
            ? Tensor.fromDoubles(x.type(), i -> i < part.size() ? part.doubleAt(i) : 0)
            : Tensor.fromLongs(x.type(), i -> i < part.size() ? part.longAt(i) : 0);
    long[] extents = Arrays.stream(dims).asLongStream().toArray();
    return List.of(y, Tensor.ofLongs(Shape.of(dims.length), extents));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    int split = axes.get(axes.size() - 1) + 1;
    int inner = shape.sizeOf(split, shape.rank());
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    Buffer extents = k.output(1, "shape");
    List<Stmt> body = new ArrayList<>();
    List<Expr> bounds = new ArrayList<>();
    for (int a = 0; a < shape.rank(); a++) {
      int i = axes.indexOf(a);
      Expr bound = intLit(shape.dim(a));
      if (i >= 0) {
        Var n = new Var("n" + a, LoopType.INT);
        Expr given = load(k.input(1 + i, "count" + a), intLit(0));
        Expr clamped = Exprs.max(longLit(0), Exprs.min(longLit(shape.dim(a)), given));
        body.add(local(n, cast(LoopType.INT, clamped)));
        bound = ref(n);
      }
      bounds.add(bound);
      body.add(store(extents, intLit(a), cast(LoopType.LONG, bound)));
    }
    Var to = new Var("to", LoopType.INT);
    body.add(fill(y, intLit(0), intLit(shape.size()), Exprs.literal(LoopType.of(y.dtype()), 0)));
    body.add(local(to, intLit(0)));
    body.add(
        rows(
            bounds.subList(0, split),
            shape.strides(),
            intLit(0),
            0,
            from ->
                block(
                    copy(x, from, y, ref(to), intLit(inner)),
                    assign(to, add(ref(to), intLit(inner))))));
    return k.build("compact", "y" + k.outputType(0) + " = x without padding", block(body));
  }

  private static Stmt rows(
      List<Expr> bounds, int[] strides, Expr from, int axis, Function<Expr, Stmt> body) {
    if (axis == bounds.size()) {
      return body.apply(from);
    }
    return loop(
        "i" + axis,
        intLit(0),
        bounds.get(axis),
        1,
        Stmt.AxisKind.REDUCE,
        i -> rows(bounds, strides, add(from, Exprs.mul(i, strides[axis])), axis + 1, body));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
