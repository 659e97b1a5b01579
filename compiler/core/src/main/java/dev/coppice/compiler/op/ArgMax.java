package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * Index of the largest element along an axis, int64. Numbers; NaN is never the largest unless it
 * comes first. ONNX ArgMax, since 1.
 *
 * @param axis axis to search along
 * @param keepdims whether the axis stays, with size 1
 * @param selectLastIndex whether of equal elements the last counts
 */
public record ArgMax(int axis, boolean keepdims, boolean selectLastIndex) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(ArgSearch.infer(axis, keepdims, inputs));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    TensorType type = inferTypes(List.of(inputs.get(0).type())).get(0);
    return List.of(new ArgSearch(axis, true, selectLastIndex).evaluate(inputs.get(0), type));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return k.build(
        "argMax",
        "y"
            + k.outputType(0)
            + " = index of the largest of x"
            + k.inputType(0)
            + " along axis "
            + axis,
        new ArgSearch(axis, true, selectLastIndex).body(k));
  }

  @Override
  public Numerics numerics() {
    return Numerics.EXACT;
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    int moved = Axes.channelsLast(axis, rank);
    return Axes.combined(List.of(axis), keepdims, new ArgMax(moved, keepdims, selectLastIndex));
  }
}
