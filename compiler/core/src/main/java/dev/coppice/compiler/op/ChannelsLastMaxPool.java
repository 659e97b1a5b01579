package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.schedule.ChannelsLastPool;
import dev.coppice.compiler.schedule.PoolScales;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@link MaxPool} with the channels of each place side by side: {@code x: [N, spatial..., C]} to
 * {@code [N, outputShape, C]}; float32, one or two spatial axes. Not in ONNX.
 *
 * @param kernel window per spatial axis
 * @param strides steps
 * @param pads pads before each spatial axis, then after
 * @param dilations distance of window elements
 * @param outputShape spatial shape of the result
 */
public record ChannelsLastMaxPool(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    List<Integer> outputShape)
    implements Op {
  public ChannelsLastMaxPool {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
    outputShape = List.copyOf(outputShape);
  }

  /** The operator that computes the same with channels first. */
  private MaxPool channelsFirst() {
    return new MaxPool(kernel, strides, pads, dilations, outputShape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return ChannelsLastWindow.infer(channelsFirst(), inputs);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    return ChannelsLastWindow.evaluate(channelsFirst(), inputs);
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return ChannelsLastPool.lower(
        k,
        "maxPool",
        new ChannelsLastPool.Window(kernel, strides, pads, dilations, outputShape),
        BinaryOp.MAX,
        Double.NEGATIVE_INFINITY,
        PoolScales.NONE);
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
  public int epilogueAxis() {
    return kernel.size() + 1;
  }
}
