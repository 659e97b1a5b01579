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
 * Local response normalization over channels: {@code y[c] = x[c] / (bias + alpha / size * sum
 * x[j]^2)^beta}, the sum over {@code j} from {@code c - floor((size - 1) / 2)} to {@code c +
 * ceil((size - 1) / 2)} within the channels. {@code x: [N, ...]}, floats. ONNX LRN, since 1, always
 * along axis 1.
 *
 * @param size channels in a window
 * @param alpha factor of the sum
 * @param beta exponent
 * @param bias added to the sum
 * @param axis axis of the channels
 */
public record Lrn(int size, float alpha, float beta, float bias, int axis) implements Op {
  @Override
  public String name() {
    return "LRN";
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = Operands.only(inputs);
    Operands.floating(inputs, 0);
    Operands.axis(axis, x);
    if (size < 1) {
      throw Operands.bad("size is %d, expected at least 1", size);
    }
    return List.of(x);
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    Tensor x = inputs.get(0);
    int channels = x.shape().dim(axis);
    int inner = Axes.inner(x.shape(), axis);
    return List.of(
        Tensor.fromDoubles(
            x.type(),
            i -> {
              int c = i / inner % channels;
              double sum = 0;
              for (int j = Math.max(0, c - (size - 1) / 2);
                  j <= Math.min(channels - 1, c + size / 2);
                  j++) {
                double v = x.doubleAt(i + (j - c) * inner);
                sum += v * v;
              }
              return x.doubleAt(i) / Math.pow(bias + alpha / size * sum, beta);
            }));
  }

  @Override
  public Kernel lower(KernelBuilder k) {
    return new LrnSchedule(this, k).kernel();
  }

  @Override
  public boolean takesEpilogue() {
    return true;
  }

  @Override
  public Optional<ChannelsLast> channelsLast(List<TensorType> inputs) {
    int rank = inputs.get(0).shape().rank();
    return Optional.of(
        ChannelsLast.of(new Lrn(size, alpha, beta, bias, Axes.channelsLast(axis, rank))));
  }
}
