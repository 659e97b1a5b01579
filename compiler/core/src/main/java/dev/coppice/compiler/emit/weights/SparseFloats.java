package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.WeightsFormat;
import java.io.ByteArrayOutputStream;

/** Floats split into the values whose bits are not all zero and their positions. */
final class SparseFloats {
  private final int type;
  private final float[] nonZeros;
  private final byte[] positions;

  private SparseFloats(int type, float[] nonZeros, byte[] positions) {
    this.type = type;
    this.nonZeros = nonZeros;
    this.positions = positions;
  }

  /** The smaller of the two encodings; the bitmap if they are equal. */
  static SparseFloats of(float[] values) {
    int count = 0;
    for (float value : values) {
      count += isZero(value) ? 0 : 1;
    }
    float[] nonZeros = new float[count];
    byte[] bitmap = new byte[(int) ((values.length + 7L) / 8)];
    var deltas = new ByteArrayOutputStream();
    int taken = 0;
    int gap = 0;
    for (int i = 0; i < values.length; i++) {
      if (isZero(values[i])) {
        gap++;
        continue;
      }
      nonZeros[taken++] = values[i];
      bitmap[i / 8] |= (byte) (1 << (i % 8));
      for (; gap >= 0x80; gap >>>= 7) {
        deltas.write((gap & 0x7F) | 0x80);
      }
      deltas.write(gap);
      gap = 0;
    }
    return deltas.size() < bitmap.length
        ? new SparseFloats(WeightsFormat.SPARSE_DELTA, nonZeros, deltas.toByteArray())
        : new SparseFloats(WeightsFormat.SPARSE_BITMAP, nonZeros, bitmap);
  }

  /** {@link WeightsFormat#SPARSE_BITMAP} or {@link WeightsFormat#SPARSE_DELTA}. */
  int type() {
    return type;
  }

  /** The values, in order; not a copy. */
  float[] nonZeros() {
    return nonZeros;
  }

  /** The positions of the values, encoded as the type says; not a copy. */
  byte[] positions() {
    return positions;
  }

  private static boolean isZero(float value) {
    return Float.floatToRawIntBits(value) == 0;
  }
}
