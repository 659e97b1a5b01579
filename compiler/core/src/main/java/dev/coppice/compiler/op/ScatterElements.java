package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Exprs.ref;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.local;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Expr;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.loop.Stmts;
import dev.coppice.compiler.loop.Var;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@code x} with single elements replaced by, or combined with, updates: {@code y[.., indices[..,
 * i, ..], ..] = updates[.., i, ..]}. {@code x} of any type, NONE apart of numbers; {@code indices}
 * int32 or int64 in {@code [-D, D)}, of the shape of {@code updates}, those that are not constant
 * clamped at run time. Float updates to one element are rounded one by one. ONNX ScatterElements,
 * since 11; reductions since 16.
 *
 * @param axis axis that is indexed, of extent {@code D}
 * @param reduction how updates enter
 */
public record ScatterElements(int axis, ScatterReduction reduction) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 3, 3);
    reduction.check(inputs);
    new GatherElements(axis).inferTypes(inputs.subList(0, 2));
    Operands.shape(inputs, 2, inputs.get(1).shape());
    return List.of(inputs.get(0));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor indices = inputs.get(1);
    return List.of(
        reduction.scatter(
            x,
            inputs.get(2),
            i -> {
              int[] c = Axes.coordinates(i, indices.shape().dims());
              c[axis] = Axes.wrap(indices.longAt(i), x.shape().dim(axis), x.type());
              return Axes.index(c, x.shape().strides());
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(1).shape();
    int[] toStrides = k.inputType(0).shape().strides();
    int stride = toStrides[axis];
    int extent = k.inputType(0).shape().dim(axis);
    toStrides[axis] = 0;
    Axes.checkIndices(k, 1, extent);
    Buffer x = k.input(0, "x");
    Buffer indices = k.input(1, "indices");
    Buffer updates = k.input(2, "updates");
    Buffer y = k.output(0, "y");
    Var to = new Var("to", LoopType.INT);
    Stmt entering =
        Axes.loops(
            "i",
            shape.dims(),
            AxisKind.REDUCE,
            c -> {
              Expr from = Axes.index(c, shape.strides());
              Expr at = Gather.clamped(load(indices, from), extent);
              return new Stmt.Block(
                  List.of(
                      local(to, add(Axes.index(c, toStrides), mul(at, stride))),
                      store(y, ref(to), reduction.apply(load(y, ref(to)), load(updates, from)))));
            });
    Expr size = intLit(k.inputType(0).shape().size());
    return k.build(
        "scatterElements",
        "y"
            + k.outputType(0)
            + " = x with "
            + k.inputType(2)
            + " entered along axis "
            + axis
            + ", "
            + reduction,
        block(Stmts.copy(x, intLit(0), y, intLit(0), size), entering));
  }

  @Override
  public Numerics numerics() {
    return new ScatterND(reduction).numerics();
  }
}
