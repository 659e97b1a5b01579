package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.loop.Stmt;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * {@code x} repeated along the axes where it has size 1, or none. Any type; a view when nothing is
 * repeated. ONNX Expand, since 8.
 *
 * @param shape dimensions of the result: {@code x}'s shape broadcasts to it
 */
public record Expand(List<Integer> shape) implements Op {
  public Expand {
    shape = List.copyOf(shape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Shape y = Shape.of(shape);
    boolean fits = x.shape().rank() <= y.rank();
    for (int a = 1; fits && a <= x.shape().rank(); a++) {
      fits = x.shape().dim(-a) == y.dim(-a) || x.shape().dim(-a) == 1;
    }
    if (!fits) {
      throw Operands.bad("operand %s does not broadcast to %s", x, y);
    }
    return List.of(x.with(y));
  }

  private StridedView view(Shape x) {
    int[] own = x.strides();
    int[] strides = new int[shape.size()];
    int shift = strides.length - own.length;
    for (int a = 0; a < own.length; a++) {
      strides[a + shift] = x.dim(a) == 1 ? 0 : own[a];
    }
    return new StridedView(0, Axes.array(shape), strides);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    return List.of(view(x.shape()).read(x, Shape.of(shape)));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    Stmt body = view(k.inputType(0).shape()).copy(k, k.input(0, "x"), k.output(0, "y"));
    return k.build("expand", "y" + k.outputType(0) + " = x" + k.inputType(0) + " repeated", body);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    return inputs.get(0).shape().size() == Shape.of(shape).size();
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    return inputs.get(0).shape().rank() == shape.size()
        ? Optional.of(ChannelsLast.of(new Expand(Axes.channelsLast(shape))))
        : Optional.empty();
  }
}
