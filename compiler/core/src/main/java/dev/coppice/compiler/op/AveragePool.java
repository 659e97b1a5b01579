package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Expr.BinaryOp;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The mean of each window. {@code x: [N, C, D1, ...]} to {@code [N, C, outputShape]}; floats. The
 * importer resolves auto_pad and ceil_mode. ONNX AveragePool, since 1; dilations since 19.
 *
 * @param kernel window per spatial axis
 * @param strides steps
 * @param pads pads before each spatial axis, then after
 * @param dilations distance of window elements
 * @param countIncludePad whether pads count as zeros; what lies beyond them never counts
 * @param outputShape spatial shape of the result
 */
public record AveragePool(
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    boolean countIncludePad,
    List<Integer> outputShape)
    implements Op {
  public AveragePool {
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
    Operands.floating(inputs, 0);
    return List.of(window().infer(x));
  }

  /** Number of elements each output averages along each spatial axis. */
  int[][] counts(Shape x) {
    int[][] counts = new int[kernel.size()][];
    Arrays.setAll(counts, a -> window().counts(a, x.dim(a + 2), countIncludePad));
    return counts;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    TensorType type = inferTypes(List.of(x.type())).get(0);
    int[][] counts = counts(x.shape());
    return List.of(
        Tensor.fromDoubles(
            type,
            j -> {
              double sum = 0;
              for (int i : window().elements(x.shape(), type.shape(), j)) {
                sum += x.doubleAt(i);
              }
              int[] c = Axes.coordinates(j, type.shape().dims());
              for (int a = 0; a < counts.length; a++) {
                sum /= counts[a][c[a + 2]];
              }
              return sum;
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new PoolSchedule(k, window(), BinaryOp.ADD, 0, x -> x, y -> y)
        .divideBy(counts(k.inputType(0).shape()))
        .kernel("averagePool");
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    return ChannelsLastWindow.applies(inputs)
        ? Optional.of(
            ChannelsLast.of(
                new ChannelsLastAveragePool(
                    kernel, strides, pads, dilations, countIncludePad, outputShape)))
        : Optional.empty();
  }
}
