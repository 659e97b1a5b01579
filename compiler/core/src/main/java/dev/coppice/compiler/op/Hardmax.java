package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.add;
import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.mul;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * 1 at the first largest element along an axis, 0 elsewhere. Floats. ONNX Hardmax, since 13 (the
 * importer reshapes before).
 *
 * @param axis axis to search along
 */
public record Hardmax(int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    ArgSearch.infer(axis, true, inputs);
    Operands.floating(inputs, 0);
    return inputs;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    Tensor at = new ArgMax(axis, true, false).evaluate(inputs).get(0);
    int inner = Axes.inner(x.shape(), axis);
    int extent = x.shape().dim(axis);
    return List.of(
        Tensor.fromDoubles(
            x.type(),
            i -> i / inner % extent == at.longAt(i / inner / extent * inner + i % inner) ? 1 : 0));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.inputType(0).shape();
    Buffer x = k.input(0, "x");
    Buffer y = k.output(0, "y");
    int inner = Axes.inner(shape, axis);
    LoopType type = LoopType.of(x.dtype());
    Stmt ones =
        new ArgSearch(axis, true, false)
            .lines(
                shape,
                x,
                (o, i, at) ->
                    store(
                        y, add(mul(add(mul(o, shape.dim(axis)), at), inner), i), literal(type, 1)));
    return k.build(
        "hardmax",
        "y" + k.outputType(0) + " = 1 where x is largest along axis " + axis,
        block(fill(y, intLit(0), intLit(shape.size()), literal(type, 0)), ones));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
