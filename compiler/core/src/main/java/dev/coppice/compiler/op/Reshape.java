package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * {@code x} in the same row-major order under another shape: ONNX Reshape, Flatten, Squeeze and
 * Unsqueeze. Any type. ONNX Reshape, since 5.
 *
 * @param shape dimensions of the result, all known and non-negative
 */
public record Reshape(List<Integer> shape) implements Op {
  public Reshape {
    shape = List.copyOf(shape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Shape y = Shape.of(shape);
    if (y.size() != x.shape().size()) {
      throw Operands.bad(
          "operand %s has %d elements, shape %s has %d", x, x.shape().size(), y, y.size());
    }
    return List.of(x.with(y));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    return List.of(inputs.get(0).reshape(Shape.of(shape)));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new Identity().lower(k);
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean isView(List<TensorType> inputs) {
    return true;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  /** Where N and C stay, what is joined or split are spatial axes, which stay in their order. */
  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    Shape x = inputs.get(0).shape();
    boolean keeps =
        x.rank() > 2 && shape.size() > 2 && x.dim(0) == shape.get(0) && x.dim(1) == shape.get(1);
    return keeps
        ? Optional.of(ChannelsLast.of(new Reshape(Axes.channelsLast(shape))))
        : Optional.empty();
  }
}
