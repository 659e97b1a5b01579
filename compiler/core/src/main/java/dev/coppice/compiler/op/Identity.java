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
 * {@code y = x}: a copy, which is only needed where an input or a constant is delivered as an
 * output. Any type. ONNX Identity, since 1.
 */
public record Identity() implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(Operands.only(inputs));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    return List.of(inputs.get(0));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    int n = k.inputType(0).shape().size();
    StridedView all = new StridedView(0, new int[] {n}, new int[] {1});
    return k.build(
        "copy", "y = x" + k.inputType(0), all.copy(k, k.input(0, "x"), k.output(0, "y")));
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

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    return Optional.of(ChannelsLast.of(this));
  }
}
