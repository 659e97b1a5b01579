package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Single elements along an axis: {@code y[.., i, ..] = x[.., indices[.., i, ..], ..]}. {@code x} of
 * any type; {@code indices} int32 or int64 in {@code [-D, D)}, of the result's shape, which is at
 * most {@code x}'s on the other axes. Indices that are not constant are clamped at run time. ONNX
 * GatherElements, since 11.
 *
 * @param axis axis that is indexed, of extent {@code D}
 */
public record GatherElements(int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    TensorType x = inputs.get(0);
    Operands.axis(axis, x);
    Operands.indices(inputs, 1);
    Shape indices = inputs.get(1).shape();
    boolean fits = indices.rank() == x.shape().rank();
    for (int a = 0; fits && a < indices.rank(); a++) {
      fits =
          a == axis
              ? x.shape().dim(a) > 0 || indices.size() == 0
              : indices.dim(a) <= x.shape().dim(a);
    }
    if (!fits) {
      throw Operands.bad(
          "operand 1 is %s, which does not fit in operand 0, %s, except at axis %d",
          inputs.get(1), x, axis);
    }
    return List.of(x.with(indices));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor indices = inputs.get(1);
    return List.of(
        x.gather(
            indices.shape(),
            i -> {
              int[] c = Axes.coordinates(i, indices.shape().dims());
              c[axis] = Axes.wrap(indices.longAt(i), x.shape().dim(axis), x.type());
              return Axes.index(c, x.shape().strides());
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.outputType(0).shape();
    int[] from = k.inputType(0).shape().strides();
    int stride = from[axis];
    int extent = k.inputType(0).shape().dim(axis);
    from[axis] = 0;
    Axes.checkIndices(k, 1, extent);
    Buffer x = k.input(0, "x");
    Buffer indices = k.input(1, "indices");
    Buffer y = k.output(0, "y");
    Stmt body =
        Axes.loops(
            "i",
            shape.dims(),
            AxisKind.PARALLEL,
            c -> {
              Expr to = Axes.index(c, shape.strides());
              Expr at = Gather.clamped(load(indices, to), extent);
              Expr value = load(x, add(Axes.index(c, from), mul(at, stride)));
              return store(y, to, k.finish(value, to));
            });
    return k.build(
        "gatherElements",
        "y" + k.outputType(0) + " = x" + k.inputType(0) + " at indices along axis " + axis,
        body);
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
