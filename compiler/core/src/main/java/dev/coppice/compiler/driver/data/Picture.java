package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;

/**
 * A picture of unsigned bytes, {@code [height, width, bands]} row-major: 1 band of grey, or red,
 * green and blue. The pixels are never changed once it is made.
 */
final class Picture {
  private final int width;
  private final int height;
  private final int bands;
  private final byte[] pixels;

  Picture(int width, int height, int bands, byte[] pixels) {
    if (width < 1 || height < 1 || pixels.length != width * height * bands) {
      throw new IllegalArgumentException(
          pixels.length + " bytes for " + width + " x " + height + " x " + bands);
    }
    this.width = width;
    this.height = height;
    this.bands = bands;
    this.pixels = pixels;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  int bands() {
    return bands;
  }

  /** Band {@code c} of the pixel in row {@code y} and column {@code x}, 0 to 255. */
  int at(int y, int x, int c) {
    return pixels[(y * width + x) * bands + c] & 0xFF;
  }

  /** The part of {@code w} columns from {@code left} and {@code h} rows from {@code top}. */
  Picture crop(int left, int top, int w, int h) {
    byte[] part = new byte[w * h * bands];
    for (int y = 0; y < h; y++) {
      System.arraycopy(pixels, ((top + y) * width + left) * bands, part, y * w * bands, w * bands);
    }
    return new Picture(w, h, bands, part);
  }

  /** The picture with the order of its bands reversed: blue, green, red. */
  Picture reversed() {
    byte[] turned = new byte[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      turned[i] = pixels[i - i % bands + bands - 1 - i % bands];
    }
    return new Picture(width, height, bands, turned);
  }

  /** The pixels, {@code [height, width, bands]}. */
  Tensor tensor() {
    return Tensor.adopt(new TensorType(DType.UINT8, Shape.of(height, width, bands)), pixels);
  }
}
