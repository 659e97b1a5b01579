package dev.coppice.runtime;

import java.util.Arrays;

/**
 * Decodes the sections that hold floats in one form or another, and integers that are coded or not
 * in the order in which they are read. The layout is {@link WeightsFormat}.
 */
final class FloatDecoder {
  private final WeightsInput in;
  private int type;

  /** The value of a CONSTANT section. */
  private float constant;

  /** Of a coded section; {@link #begin} sets it. */
  @SuppressWarnings("NullAway.Init")
  private CodedValues coded;

  /** Elements of a section in another order, and how many of them were taken. */
  private float[] ordered = {};

  private int taken;

  FloatDecoder(WeightsInput in) {
    this.in = in;
  }

  /** Starts a section of {@code count} elements; {@code p} and {@code q} are its parameters. */
  void begin(int type, int count, int p, int q) {
    this.type = type;
    if (type == WeightsFormat.CONSTANT) {
      float[] one = new float[1];
      in.nextFloats(one, 0, 1);
      constant = one[0];
    } else if (isCoded(type)) {
      coded = new CodedValues(in, count, p, q);
    }
  }

  /**
   * States that elements are taken in another order than the {@code stored} ones of the section
   * come in.
   *
   * @param length number of elements in that order
   */
  void order(ElementOrder order, int stored, int length) {
    float[] elements = new float[stored];
    decode(elements, 0, stored);
    end();
    ordered = order.apply(elements, length);
    taken = 0;
    type = WeightsFormat.ORDER;
  }

  /** The type of the section, {@link WeightsFormat#ORDER} if in another order. */
  int type() {
    return type;
  }

  static boolean isCoded(int type) {
    return type == WeightsFormat.CODED
        || type == WeightsFormat.CODED_INT8
        || type == WeightsFormat.CODED_INT16;
  }

  /** Puts the next {@code n} elements of the section into {@code dst[offset ..]}. */
  void decode(float[] dst, int offset, int n) {
    switch (type) {
      case WeightsFormat.FP32:
        in.nextFloats(dst, offset, n);
        break;
      case WeightsFormat.CONSTANT:
        Arrays.fill(dst, offset, offset + n, constant);
        break;
      case WeightsFormat.FP16:
      case WeightsFormat.BF16:
        readHalves(dst, offset, n, type == WeightsFormat.FP16);
        break;
      case WeightsFormat.INT8:
        for (int i = offset; i < offset + n; i++) {
          dst[i] = (byte) in.nextByte();
        }
        break;
      case WeightsFormat.INT16:
        for (int i = offset; i < offset + n; i++) {
          dst[i] = (short) (in.nextByte() & 0xFF | in.nextByte() << 8);
        }
        break;
      case WeightsFormat.ORDER:
        System.arraycopy(ordered, taken, dst, offset, n);
        taken += n;
        break;
      default:
        coded.decode(dst, offset, n);
    }
  }

  /** States that all elements of the section were taken. */
  void end() {
    if (isCoded(type)) {
      coded.end();
    }
    type = 0;
    ordered = new float[0];
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
}
