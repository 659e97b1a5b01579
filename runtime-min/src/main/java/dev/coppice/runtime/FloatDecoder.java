package dev.coppice.runtime;

import java.util.Arrays;

/**
 * Decodes the sections that hold floats in one form or another. The layout is {@link
 * WeightsFormat}.
 */
final class FloatDecoder {
  private final WeightsInput in;
  private int type;
  private int p;
  private int q;

  /** The scales of a section of signed bytes, or the value of a CONSTANT section. */
  private float[] scales = {};

  /** Elements of a channel that lie together. */
  private int stride;

  /** Position within a section of signed bytes, which {@link #decode} takes piece by piece. */
  private long element;

  FloatDecoder(WeightsInput in) {
    this.in = in;
  }

  /** Starts a section of {@code count} elements; {@code p} and {@code q} are its parameters. */
  void begin(int type, int count, int p, int q) {
    this.type = type;
    this.p = p;
    this.q = q;
    element = 0;
    if (type == WeightsFormat.CONSTANT) {
      readScales(1);
    } else if (type == WeightsFormat.INT8_PER_CHANNEL) {
      stride = q;
      readScales(p);
    } else if (type > WeightsFormat.CONSTANT) {
      beginSparseBytes(count);
    }
  }

  private void beginSparseBytes(int count) {
    int[] ints = new int[2];
    in.nextInts(ints);
    int channels = ints[0];
    stride = ints[1];
    long positions = q - 8 - 4L * channels;
    boolean fits =
        type == WeightsFormat.INT8_BITMAP ? positions == (count + 7L) / 8 : positions >= p;
    if (channels <= 0 || stride <= 0 || !fits) {
      throw in.damaged("scales that fit the section", channels + " of stride " + stride);
    }
    readScales(channels);
  }

  private void readScales(int count) {
    scales = new float[count];
    readFloats(scales, 0, count);
  }

  /** Whether the section must be decoded as a whole. */
  boolean isSparse() {
    return type == WeightsFormat.SPARSE_BITMAP
        || type == WeightsFormat.SPARSE_DELTA
        || type > WeightsFormat.CONSTANT;
  }

  /**
   * Puts the next {@code n} elements of the section into {@code dst[offset ..]}; all at once if it
   * is sparse.
   */
  void decode(float[] dst, int offset, int n) {
    int values = p;
    switch (type) {
      case WeightsFormat.FP32:
        readFloats(dst, offset, n);
        break;
      case WeightsFormat.CONSTANT:
        Arrays.fill(dst, offset, offset + n, scales[0]);
        break;
      case WeightsFormat.INT8_PER_CHANNEL:
        readBytes(dst, offset, n);
        scale(dst, offset, n);
        break;
      case WeightsFormat.SPARSE_BITMAP:
        readFloats(dst, offset + n - values, values);
        expandBitmap(dst, offset, n, values);
        break;
      case WeightsFormat.SPARSE_DELTA:
        readFloats(dst, offset + n - values, values);
        expandDeltas(dst, offset, n, values, q);
        break;
      case WeightsFormat.INT8_BITMAP:
        readBytes(dst, offset + n - values, values);
        expandBitmap(dst, offset, n, values);
        scale(dst, offset, n);
        break;
      case WeightsFormat.INT8_DELTA:
        readBytes(dst, offset + n - values, values);
        expandDeltas(dst, offset, n, values, q - 8 - 4 * scales.length);
        scale(dst, offset, n);
        break;
      default:
        readHalves(dst, offset, n, type == WeightsFormat.FP16);
    }
  }

  private void readFloats(float[] dst, int offset, int length) {
    for (int i = 0, n; i < length; i += n) {
      n = in.available(length - i, 4);
      in.window().asFloatBuffer().get(dst, offset + i, n);
      in.advance(4 * n);
    }
  }

  private void readHalves(float[] dst, int offset, int length, boolean fp16) {
    for (int i = 0, n; i < length; i += n) {
      n = in.available(length - i, 2);
      byte[] bytes = in.window().array();
      int at = in.window().position();
      for (int j = offset + i; j < offset + i + n; j++, at += 2) {
        short bits = (short) (bytes[at] & 0xFF | bytes[at + 1] << 8);
        dst[j] = fp16 ? Half.fp16ToFloat(bits) : Half.bf16ToFloat(bits);
      }
      in.advance(2 * n);
    }
  }

  private void readBytes(float[] dst, int offset, int length) {
    for (int i = 0, n; i < length; i += n) {
      n = in.available(length - i, 1);
      byte[] bytes = in.window().array();
      int at = in.window().position();
      for (int j = 0; j < n; j++) {
        dst[offset + i + j] = bytes[at + j];
      }
      in.advance(n);
    }
  }

  /** Multiplies what was read as bytes with the scales of its channels. */
  private void scale(float[] dst, int offset, int length) {
    int channel = (int) (element / stride % scales.length);
    int inChannel = (int) (element % stride);
    for (int i = offset; i < offset + length; i++) {
      dst[i] *= scales[channel];
      inChannel++;
      if (inChannel == stride) {
        inChannel = 0;
        channel = channel + 1 == scales.length ? 0 : channel + 1;
      }
    }
    element += length;
  }

  /*
   * The values stand at the end of the destination and move to the front one by one. A value never
   * lies before its place: so many values are left that the rest of the array could just hold them.
   */

  private void expandBitmap(float[] dst, int offset, int n, int values) {
    int end = offset + n;
    int from = end - values;
    int bits = 0;
    for (int i = offset; i < end; i++, bits >>= 1) {
      if (((i - offset) & 7) == 0) {
        bits = in.nextByte();
      }
      if ((bits & 1) != 0) {
        if (from == end) {
          throw in.damaged(values + " marked elements", "more");
        }
        dst[i] = dst[from++];
      } else {
        if (i == from) {
          throw in.damaged(values + " marked elements", "fewer");
        }
        dst[i] = 0;
      }
    }
  }

  private void expandDeltas(float[] dst, int offset, int n, int values, int positionBytes) {
    int end = offset + n;
    int i = offset;
    int bytes = positionBytes;
    for (int from = end - values; from < end; from++) {
      long gap = 0;
      int shift = 0;
      int b;
      do {
        if (bytes-- == 0 || shift > 28) {
          throw in.damaged("distances of " + values + " values", "less");
        }
        b = in.nextByte();
        gap |= (long) (b & 0x7F) << shift;
        shift += 7;
      } while (b < 0);
      if (gap > from - i) {
        throw in.damaged("distances within the section", "one of " + gap);
      }
      for (int zero = i + (int) gap; i < zero; i++) {
        dst[i] = 0;
      }
      dst[i++] = dst[from];
    }
    if (bytes != 0) {
      throw in.damaged("distances of " + values + " values", bytes + " bytes more");
    }
    for (; i < end; i++) {
      dst[i] = 0;
    }
  }
}
