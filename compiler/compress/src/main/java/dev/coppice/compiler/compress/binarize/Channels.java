package dev.coppice.compiler.compress.binarize;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;

/** The channels along an axis of weights, each with its elements; one channel if the axis is -1. */
record Channels(Shape shape, int count, int stride) {
  static Channels of(Shape shape, int axis) {
    if (axis < -1 || axis >= shape.rank()) {
      throw new IllegalArgumentException("axis " + axis + " of " + shape);
    }
    return axis < 0
        ? new Channels(shape, 1, Math.max(1, shape.size()))
        : new Channels(shape, shape.dim(axis), shape.sizeOf(axis + 1, shape.rank()));
  }

  /** The channel of element {@code i}. */
  int of(int i) {
    return i / stride % count;
  }

  /** The shape of one scale per channel: a scalar if there is no axis. */
  Shape scales(int axis) {
    return axis < 0 ? Shape.SCALAR : Shape.of(count);
  }

  /** Magnitudes of the elements, a row per channel. */
  float[][] magnitudes(Tensor w) {
    float[][] magnitudes = new float[count][count == 0 ? 0 : shape.size() / count];
    int[] filled = new int[count];
    for (int i = 0; i < w.size(); i++) {
      float magnitude = Math.abs(w.floatAt(i));
      if (!(magnitude <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException("element " + i + " is " + w.floatAt(i));
      }
      int c = of(i);
      magnitudes[c][filled[c]++] = magnitude;
    }
    return magnitudes;
  }

  /** {@code values * scale} of the channel, float32. */
  Tensor scaled(Tensor values, Tensor scales) {
    float[] w = new float[values.size()];
    for (int i = 0; i < w.length; i++) {
      w[i] = values.longAt(i) * scales.floatAt(of(i));
    }
    return Tensor.ofFloats(shape, w);
  }
}
