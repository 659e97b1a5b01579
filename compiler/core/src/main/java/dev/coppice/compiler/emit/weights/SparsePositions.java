package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.Tensor;
import java.io.IOException;

/**
 * Where the elements of a float tensor are not zero: as a bitmap or as distances, whichever is
 * smaller. Nothing is kept but sizes; the positions are found again when they are written.
 */
final class SparsePositions {
  private final Tensor data;
  private final boolean keepNegativeZero;
  private int count;
  private int deltaBytes;

  private SparsePositions(Tensor data, boolean keepNegativeZero) {
    this.data = data;
    this.keepNegativeZero = keepNegativeZero;
  }

  /**
   * The positions of {@code data}.
   *
   * @param keepNegativeZero whether negative zero counts as a value
   */
  static SparsePositions of(Tensor data, boolean keepNegativeZero) {
    var positions = new SparsePositions(data, keepNegativeZero);
    int gap = 0;
    for (int i = 0; i < data.size(); i++) {
      if (positions.isZero(i)) {
        gap++;
        continue;
      }
      positions.count++;
      positions.deltaBytes++;
      for (; gap >= 0x80; gap >>>= 7) {
        positions.deltaBytes++;
      }
      gap = 0;
    }
    return positions;
  }

  /** Number of elements that are not zero. */
  int count() {
    return count;
  }

  /** Whether distances are smaller than the bitmap. */
  boolean isDelta() {
    return deltaBytes < bitmapBytes();
  }

  /** Bytes of the positions. */
  int bytes() {
    return isDelta() ? deltaBytes : bitmapBytes();
  }

  /** Whether element {@code i} is left out. */
  boolean isZero(int i) {
    float value = data.floatAt(i);
    return keepNegativeZero ? Float.floatToRawIntBits(value) == 0 : value == 0;
  }

  void writeTo(LittleEndianSink sink) throws IOException {
    if (isDelta()) {
      writeDeltas(sink);
    } else {
      writeBitmap(sink);
    }
  }

  private int bitmapBytes() {
    return (int) ((data.size() + 7L) / 8);
  }

  private void writeDeltas(LittleEndianSink sink) throws IOException {
    int gap = 0;
    for (int i = 0; i < data.size(); i++) {
      if (isZero(i)) {
        gap++;
        continue;
      }
      for (; gap >= 0x80; gap >>>= 7) {
        sink.int8((gap & 0x7F) | 0x80);
      }
      sink.int8(gap);
      gap = 0;
    }
  }

  private void writeBitmap(LittleEndianSink sink) throws IOException {
    for (int i = 0; i < data.size(); i += 8) {
      int bits = 0;
      for (int j = 0; j < 8 && j < data.size() - i; j++) {
        bits |= isZero(i + j) ? 0 : 1 << j;
      }
      sink.int8(bits);
    }
  }
}
