package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.tensor.Shape;

/** The order of the axes of a sample that has channels, height and width. */
public enum Layout {
  /** Channel, height, width; in {@link DataSpec}: whatever order the model takes. */
  NCHW,
  /** Height, width, channel. */
  NHWC;

  /** The order of a model's input: {@code NHWC} for {@code [n, h, w, 3]}, otherwise this. */
  static Layout of(Shape input) {
    boolean last = input.rank() == 4 && input.dim(3) == 3 && input.dim(1) != 3 && input.dim(1) != 1;
    return last ? NHWC : NCHW;
  }

  /** Number of channels of a model's input in this order; 1 if it has no such axis. */
  int channels(Shape input) {
    return this == NHWC ? input.dim(3) : input.rank() >= 2 ? input.sizeOf(0, 2) : 1;
  }
}
