package dev.coppice.compiler.op;

import static dev.coppice.compiler.loop.Stmts.block;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Places;
import dev.coppice.compiler.loop.Buffer;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The operands one after the other along an axis. One or more operands of one type and of equal
 * dimensions except at {@code axis}; the result's dimension there is their sum. ONNX Concat, since
 * 4.
 *
 * @param axis axis to join along
 */
public record Concat(int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Operands.count(inputs, 1, Integer.MAX_VALUE);
    TensorType first = inputs.get(0);
    Operands.axis(axis, first);
    long sum = 0;
    for (int i = 0; i < inputs.size(); i++) {
      Operands.sameDtype(inputs, i);
      Shape s = inputs.get(i).shape();
      if (s.rank() != first.shape().rank()
          || !s.with(axis, 0).equals(first.shape().with(axis, 0))) {
        throw Operands.bad(
            "operand %d is %s, expected the dimensions of operand 0, %s, except at axis %d",
            i, inputs.get(i), first, axis);
      }
      sum += s.dim(axis);
    }
    return List.of(first.with(first.shape().with(axis, Math.toIntExact(sum))));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    TensorType type = inferTypes(inputs.stream().map(Tensor::type).toList()).get(0);
    Object y = Tensor.newArray(type.dtype(), type.shape().size());
    int outer = Axes.outer(type.shape(), axis);
    int row = outer == 0 ? 0 : type.shape().size() / outer;
    int at = 0;
    for (Tensor x : inputs) {
      int run = outer == 0 ? 0 : x.size() / outer;
      Object from = x.toArray();
      for (int o = 0; o < outer; o++) {
        System.arraycopy(from, o * run, y, o * row + at, run);
      }
      at += run;
    }
    return List.of(Tensor.adopt(type, y));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Shape shape = k.outputType(0).shape();
    int outer = Axes.outer(shape, axis);
    int inner = Axes.inner(shape, axis);
    List<Stmt> parts = new ArrayList<>();
    List<Buffer> operands = new ArrayList<>();
    for (int i = 0; i < k.inputs(); i++) {
      operands.add(k.input(i, "x" + i));
    }
    Places y =
        axis == shape.rank() - 1
            ? k.outputPlaces("y")
            : new Places(k.output(0, "y"), shape.dim(axis) * inner);
    int at = 0;
    for (int i = 0; i < k.inputs(); i++) {
      int run = k.inputType(i).shape().dim(axis) * inner;
      StridedView part = new StridedView(0, new int[] {outer, run}, new int[] {run, 1});
      int[] toStrides = {y.step(), 1};
      parts.add(part.copy(k, operands.get(i), y.buffer(), at, toStrides, String.valueOf(i)));
      at += run;
    }
    String comment = "y" + k.outputType(0) + " = " + k.inputs() + " operands along axis " + axis;
    return k.build("concat", comment, block(parts));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    return inputs.size() == 1;
  }

  @Override
  public boolean joinsRuns(List<TensorType> inputs) {
    return inputs.size() > 1 && Axes.outer(inputs.get(0).shape(), axis) == 1;
  }

  @Override
  public boolean joinsPlaces(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    return inputs.size() > 1 && axis == x.rank() - 1 && Axes.outer(x, axis) > 1;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    return Optional.of(
        new ChannelsLast(new Concat(Axes.channelsLast(axis, rank)), inputs.size(), true));
  }
}
