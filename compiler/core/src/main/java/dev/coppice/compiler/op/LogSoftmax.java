package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.ChannelsLast;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * {@code y = x - m - log(sum(exp(x - m)))} along one axis, with {@code m} the maximum there.
 * Floats; sums in float, in {@link #evaluate} in double. Before opset 13 ONNX flattens the axes
 * from {@code axis} on: the importer reshapes. ONNX LogSoftmax, since 1.
 *
 * @param axis axis of the sum
 */
public record LogSoftmax(int axis) implements Op {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return new Softmax(axis).inferTypes(inputs);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    double[] y = new double[x.size()];
    SoftmaxSchedule.eachLine(
        x.shape(),
        axis,
        line -> {
          double most = Double.NEGATIVE_INFINITY;
          for (int i : line) {
            most = Math.max(most, x.doubleAt(i));
          }
          double sum = 0;
          for (int i : line) {
            sum += Math.exp(x.doubleAt(i) - most);
          }
          for (int i : line) {
            y[i] = x.doubleAt(i) - most - Math.log(sum);
          }
        });
    return List.of(Tensor.fromDoubles(x.type(), i -> y[i]));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new SoftmaxSchedule(k, axis, true).kernel();
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    return Optional.of(ChannelsLast.of(new LogSoftmax(Axes.channelsLast(axis, rank))));
  }
}
