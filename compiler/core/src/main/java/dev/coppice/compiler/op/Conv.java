package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.schedule.ConvGeometry;
import dev.coppice.compiler.schedule.ConvSchedules;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * Convolution (cross-correlation) over one or more spatial axes. Operands {@code x: [N, C,
 * spatial...]}, {@code w: [O, C/group, kernel...]} and optionally {@code b: [O]}, all of one float
 * type; result {@code y: [N, O, out spatial...]} with {@code out = (in + padBegin + padEnd -
 * dilation * (kernel - 1) - 1) / stride + 1}. Accumulates in the operand type. ONNX Conv, since 1;
 * {@code auto_pad} is resolved on import.
 *
 * @param strides one per spatial axis
 * @param pads begins of all spatial axes, then ends
 * @param dilations one per spatial axis
 * @param group number of groups; divides C and O
 */
public record Conv(List<Integer> strides, List<Integer> pads, List<Integer> dilations, int group)
    implements Op {
  public Conv {
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(geometry(inputs).outputType());
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    ConvGeometry g = geometry(inputs.stream().map(Tensor::type).toList());
    return List.of(g.evaluate(inputs));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    List<TensorType> types =
        k.inputs() == 3
            ? List.of(k.inputType(0), k.inputType(1), k.inputType(2))
            : List.of(k.inputType(0), k.inputType(1));
    return ConvSchedules.lower(geometry(types), k);
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public int epilogueAxis() {
    return 1;
  }

  @Override
  public long macs(List<TensorType> inputs) {
    return geometry(inputs).macs();
  }

  private ConvGeometry geometry(List<TensorType> inputs) {
    return ConvGeometry.of(inputs, strides, pads, dilations, group);
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    return strides.size() <= 2 && inputs.get(0).dtype() == DType.FLOAT32
        ? Optional.of(ChannelsLast.of(new ChannelsLastConv(strides, pads, dilations, group)))
        : Optional.empty();
  }
}
