package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How a stored sample becomes the value of one input: order, scaling, element type. */
final class SampleConversion {
  private final Port port;
  private final InputScaling scaling;
  private final SourceRef where;
  private final Layout wanted;
  private final int channels;
  private final int plane;
  private final boolean rotates;

  /**
   * The conversion for {@code port}.
   *
   * @param stored {@link Layout#NHWC} if samples have channels last, otherwise they are ordered as
   *     the model takes them
   * @param wanted what the model takes
   * @param where what diagnostics name
   * @throws dev.coppice.compiler.diag.CompileException if the scaling is for another number of
   *     channels
   */
  SampleConversion(Port port, InputScaling scaling, Layout stored, Layout wanted, SourceRef where) {
    this.port = port;
    this.scaling = scaling;
    this.where = where;
    this.wanted = wanted;
    this.channels = wanted.channels(port.shape());
    this.plane = Math.max(1, port.shape().size() / Math.max(1, channels));
    this.rotates = stored == Layout.NHWC && wanted == Layout.NCHW && port.shape().rank() >= 3;
    checkChannels();
  }

  /** The sample whose first element is element {@code from} of {@code data}. */
  Tensor apply(Tensor data, int from) {
    TensorType type = type(port);
    if (scaling.keepsValues() && port.dtype().isInteger()) {
      return Tensor.fromLongs(type, i -> data.longAt(from + source(i)));
    }
    if (scaling.keepsValues()) {
      return Tensor.fromDoubles(type, i -> data.doubleAt(from + source(i)));
    }
    return Tensor.fromDoubles(
        type, i -> scaling.apply(data.doubleAt(from + source(i)), channel(i)));
  }

  private int source(int i) {
    return rotates ? i % plane * channels + i / plane : i;
  }

  private int channel(int i) {
    return wanted == Layout.NHWC ? i % channels : i / plane;
  }

  /** Refuses samples of {@code dims} if their axes are in another order than the input's. */
  void checkOrder(int[] dims) {
    int[] target = dropOnes(port.shape().dims());
    int[] have = dropOnes(dims);
    if (target.length != 3 || have.length != 3) {
      return;
    }
    int[] rotated = {have[2], have[0], have[1]};
    if (rotates && !Arrays.equals(rotated, target)) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "with layout nhwc a sample %s becomes %s, but input '%s' is %s",
              Arrays.toString(dims),
              Arrays.toString(rotated),
              port.name(),
              type(port)));
    }
    if (!rotates && !Arrays.equals(have, target) && Arrays.equals(rotated, target)) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT,
              "a sample is %s, channels last, but input '%s' is %s; give layout nhwc",
              Arrays.toString(dims),
              port.name(),
              type(port)));
    }
  }

  /** Refuses floats for an input of integers. */
  void checkType(DType dtype) {
    if (port.dtype().isInteger() && dtype.isFloat()) {
      throw DataFile.invalid(
          where,
          String.format(
              Locale.ROOT, "the data is %s, but input '%s' is %s", dtype, port.name(), type(port)));
    }
  }

  private void checkChannels() {
    for (List<Double> values : List.of(scaling.mean(), scaling.std())) {
      if (values.size() > 1 && values.size() != channels) {
        throw DataFile.invalid(
            where,
            String.format(
                Locale.ROOT,
                "mean or std has %d values, but input '%s' %s has %d channels",
                values.size(),
                port.name(),
                type(port),
                channels));
      }
    }
  }

  static int[] dropOnes(int[] dims) {
    return Arrays.stream(dims).filter(d -> d != 1).toArray();
  }

  static TensorType type(Port port) {
    return new TensorType(port.dtype(), port.shape());
  }
}
