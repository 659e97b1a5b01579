package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Exprs.intLit;
import static dev.coppice.compiler.loop.Exprs.literal;
import static dev.coppice.compiler.loop.Exprs.load;
import static dev.coppice.compiler.loop.Stmts.block;
import static dev.coppice.compiler.loop.Stmts.fill;
import static dev.coppice.compiler.loop.Stmts.loop;
import static dev.coppice.compiler.loop.Stmts.store;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.LoopType;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.loop.Stmt.AxisKind;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Zeros with the elements of {@code x} at given places: {@code y.flat[indices.flat[i]] =
 * x.flat[i]}, the last of several for one place. {@code x} of numbers; {@code indices} int64 of the
 * same shape, checked when the model is compiled if constant, otherwise clamped at run time. ONNX
 * MaxUnpool, since 9; the importer derives the shape.
 *
 * @param shape shape of the result
 */
public record MaxUnpool(List<Integer> shape) implements Op {
  public MaxUnpool {
    shape = List.copyOf(shape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 2, 2);
    Operands.number(inputs, 0);
    Operands.indices(inputs, 1);
    Operands.shape(inputs, 1, inputs.get(0).shape());
    Shape y = Shape.of(shape);
    if (y.size() == 0 && inputs.get(0).shape().size() > 0) {
      throw Operands.bad("shape %s has no place for operand %s", shape, inputs.get(0));
    }
    return List.of(inputs.get(0).with(y));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(inputs.stream().map(Tensor::type).toList()).get(0);
    int[] from = new int[type.shape().size()];
    for (int i = 0; i < x.size(); i++) {
      from[Axes.wrap(inputs.get(1).longAt(i), from.length, type)] = i + 1;
    }
    return List.of(
        x.dtype().isFloat()
            ? Tensor.fromDoubles(type, i -> from[i] == 0 ? 0 : x.doubleAt(from[i] - 1))
            : Tensor.fromLongs(type, i -> from[i] == 0 ? 0 : x.longAt(from[i] - 1)));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    int size = k.outputType(0).shape().size();
    Axes.checkIndices(k, 1, size);
    Buffer x = k.input(0, "x");
    Buffer indices = k.input(1, "indices");
    Buffer y = k.output(0, "y");
    Stmt body =
        block(
            fill(y, intLit(0), intLit(size), literal(LoopType.of(y.dtype()), 0)),
            loop(
                "i",
                intLit(0),
                intLit(k.inputType(0).shape().size()),
                1,
                AxisKind.REDUCE,
                i -> store(y, Gather.clamped(load(indices, i), size), load(x, i))));
    return k.build(
        "maxUnpool",
        "y" + k.outputType(0) + " = zeros with x" + k.inputType(0) + " in place",
        body);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }
}
