package dev.coppice.compiler.emit.weights;

import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.Locale;

/**
 * A section of a weight file.
 *
 * @param type one of the section types of {@link WeightsFormat}
 * @param count N of its entry in the directory
 * @param p P of the entry
 * @param q Q of the entry
 * @param body its data
 * @param form how it holds its elements, for people
 * @param bits what the section and its entry take
 */
record Section(int type, int count, int p, int q, Body body, String form, WeightBits bits) {
  /** Writes the data of a section. */
  interface Body {
    void writeTo(LittleEndianSink sink) throws IOException;
  }

  /** Elements as they are. */
  static Section plain(int type, int count, Body body) {
    long bits = 8 * WeightsFormat.dataBytes(type, count, 0, 0);
    String form = WeightsFormat.typeName(type).toLowerCase(Locale.ROOT);
    return new Section(type, count, 0, 0, body, form, WeightBits.plain(bits));
  }

  /** Elements as an encoding says. */
  static Section of(WeightEncoding e) {
    return new Section(e.type(), e.count(), e.p(), e.q(), e::writeTo, e.toString(), e.bits());
  }

  /**
   * The order in which the elements of another section are read.
   *
   * @param distance sections from this one to that of the elements
   */
  static Section of(AffineOrder order, int distance) {
    return new Section(
        WeightsFormat.ORDER,
        order.size(),
        distance,
        order.bytes(),
        order::writeTo,
        order.toString(),
        WeightBits.order(8L * order.bytes()));
  }

  /** Number of elements that it holds itself. */
  int elements() {
    return type == WeightsFormat.ORDER ? 0 : count;
  }

  /** How many sections a reader takes who begins here, up to that of the elements. */
  int taken() {
    return type == WeightsFormat.ORDER ? p + 1 : 1;
  }
}
