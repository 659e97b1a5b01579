package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.schedule.ChannelsLastPool;
import dev.coppice.compiler.schedule.PoolScales;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * {@link AveragePool} with the channels of each place side by side: {@code x: [N, spatial..., C]}
 * to {@code [N, outputShape, C]}; float32, one or two spatial axes. Not in ONNX.
 *
 * @param kernel window per spatial axis
 * @param strides steps
 * @param pads pads before each spatial axis, then after
 * @param dilations distance of window elements
 * @param countIncludePad whether pads count as zeros; what lies beyond them never counts
 * @param outputShape spatial shape of the result
 */
public record ChannelsLastAveragePool(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    boolean countIncludePad,
    List<Integer> outputShape)
    implements Op {
  public ChannelsLastAveragePool {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
    outputShape = List.copyOf(outputShape);
  }

  /** The operator that computes the same with channels first. */
  private AveragePool channelsFirst() {
    return new AveragePool(kernel, strides, pads, dilations, countIncludePad, outputShape);
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
        "averagePool",
        new ChannelsLastPool.Window(kernel, strides, pads, dilations, outputShape),
        BinaryOp.ADD,
        0,
        PoolScales.dividing(
            k,
            DType.FLOAT32,
            channelsFirst().counts(ChannelsLastWindow.first(k.inputType(0)).shape())));
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
