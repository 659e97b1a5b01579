package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Numerics;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * The maximum of each window. {@code x: [N, C, D1, ...]} to {@code [N, C, outputShape]}; floats and
 * 8-bit integers; elements outside {@code x} do not count. The importer resolves auto_pad and
 * ceil_mode. ONNX MaxPool, since 1 (without its second result).
 *
 * @param kernel window per spatial axis
 * @param strides steps
 * @param pads pads before each spatial axis, then after
 * @param dilations distance of window elements
 * @param outputShape spatial shape of the result
 */
public record MaxPool(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    List<Integer> outputShape)
    implements Op {
  public MaxPool {
    kernel = List.copyOf(kernel);
    strides = List.copyOf(strides);
    pads = List.copyOf(pads);
    dilations = List.copyOf(dilations);
    outputShape = List.copyOf(outputShape);
  }

  private PoolWindow window() {
    return new PoolWindow(kernel, strides, pads, dilations, outputShape);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.dtype(
        inputs,
        0,
        DType.FLOAT32,
        DType.FLOAT64,
        DType.FLOAT16,
        DType.BFLOAT16,
        DType.INT8,
        DType.UINT8);
    return List.of(window().infer(x));
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    return List.of(
        Tensor.fromDoubles(
            type,
            j ->
                window().elements(x.shape(), type.shape(), j).stream()
                    .mapToDouble(x::doubleAt)
                    .reduce(least(x.dtype()), Math::max)));
  }

  /** What an empty window of {@code dtype} has for its maximum. */
  static double least(DType dtype) {
    return dtype.isFloat() ? Double.NEGATIVE_INFINITY : (double) Reduce.least(dtype);
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new PoolSchedule(
            k, window(), BinaryOp.MAX, least(k.inputType(0).dtype()), x -> x, y -> y)
        .kernel("maxPool");
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
    return ChannelsLastWindow.applies(inputs)
        ? Optional.of(
            ChannelsLast.of(new ChannelsLastMaxPool(kernel, strides, pads, dilations, outputShape)))
        : Optional.empty();
  }
}
