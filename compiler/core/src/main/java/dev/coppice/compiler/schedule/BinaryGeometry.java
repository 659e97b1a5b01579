package dev.coppice.compiler.schedule;

import java.util.List;

/**
 * All sizes of a bit-packed product or convolution; a product of M rows is a 1x1 convolution of one
 * row of M places.
 *
 * @param n batch
 * @param h input rows
 * @param w input columns
 * @param depth channels, a bit each
 * @param oc output channels
 * @param kernel kernel rows and columns
 * @param strides down, across
 * @param pads top, left, bottom, right
 * @param dilations down, across
 * @param zeros whether each word of signs is followed by a word that tells which of them count
 * @param channelsLast whether results that are not packed have their channels last
 */
public record BinaryGeometry(
    int n,
    int h,
    int w,
    int depth,
    int oc,
    List<Integer> kernel,
    List<Integer> strides,
    List<Integer> pads,
    List<Integer> dilations,
    boolean zeros,
    boolean channelsLast) {

  /** The geometry of a product of {@code m} rows. */
  public static BinaryGeometry product(int m, int depth, int oc, boolean zeros) {
    List<Integer> one = List.of(1, 1);
    return new BinaryGeometry(1, 1, m, depth, oc, one, one, List.of(0, 0, 0, 0), one, zeros, true);
  }

  /** Kernel rows. */
  int kh() {
    return kernel.get(0);
  }

  /** Kernel columns. */
  int kw() {
    return kernel.get(1);
  }

  /** Words of signs of a place. */
  public int words() {
    return Loops.ceilDiv(depth, 32);
  }

  /** Output rows. */
  public int oh() {
    return out(0, h);
  }

  /** Output columns. */
  public int ow() {
    return out(1, w);
  }

  /** Whether some windows reach into padding. */
  boolean isPadded() {
    return pads.stream().anyMatch(p -> p > 0);
  }

  private int out(int axis, int in) {
    int span =
        in + pads.get(axis) + pads.get(axis + 2) - dilations.get(axis) * (kernel.get(axis) - 1) - 1;
    if (span < 0) {
      throw new IllegalArgumentException("kernel " + kernel + " does not fit " + h + "x" + w);
    }
    return span / strides.get(axis) + 1;
  }
}
