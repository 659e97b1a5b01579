package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.ScaleParts;
import dev.coppice.runtime.WeightsFormat;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * A coded section: numbers, each written by a {@link ValueCode} unless it is zero and a {@link
 * PositionCode} says so.
 *
 * @param size number of elements
 * @param numbers the number of each element: the bits of a float, or an integer
 * @param values how numbers are written
 * @param positions how zeros are left out
 * @param scales what numbers are multiplied with, if they are levels
 * @param ulps how far a product may be from the element, in units in the last place
 * @param deltas whether numbers are what elements differ by from the one before
 */
record CodedStream(
    int size,
    IntUnaryOperator numbers,
    ValueCode values,
    PositionCode positions,
    Optional<ScaleParts> scales,
    int ulps,
    boolean deltas) {
  /** Numbers that are the elements. */
  CodedStream(int size, IntUnaryOperator numbers, ValueCode values, PositionCode positions) {
    this(size, numbers, values, positions, Optional.empty(), 0, false);
  }

  /** Bytes of the section. */
  long bytes() {
    return bits().bytes() - WeightsFormat.ENTRY_BYTES;
  }

  /** What they are spent on. */
  WeightBits bits() {
    long stream = values.bits() + positions.bits();
    return new WeightBits(
        8L * (WeightsFormat.ENTRY_BYTES + WeightsFormat.CODED_HEAD_BYTES),
        8 * scales.map(ScaleParts::bytes).orElse(0L),
        8L * values.bookBytes(),
        8L * (values.tableBytes() + positions.tableBytes()),
        values.bits(),
        positions.bits(),
        0,
        -stream & 7);
  }

  void writeTo(LittleEndianSink sink) throws IOException {
    sink.int8(values.kind());
    sink.int8(values.width());
    sink.int8(positions.width());
    sink.int8(
        (scales.isPresent() ? WeightsFormat.SCALES : 0) | (deltas ? WeightsFormat.DELTAS : 0));
    values.writeTables(sink);
    positions.writeTable(sink);
    if (scales.isPresent()) {
      writeScales(scales.get(), sink);
    }
    BitSink stream = new BitSink(sink);
    if (positions.isDense()) {
      for (int i = 0; i < positions.values(); i++) {
        values.write(numbers.applyAsInt(i), stream);
      }
    } else {
      writeSparse(stream);
    }
    stream.end();
  }

  private static void writeScales(ScaleParts scales, LittleEndianSink sink) throws IOException {
    sink.int32(scales.parts().size());
    for (ScaleParts.Part p : scales.parts()) {
      sink.int32(p.elements());
      sink.int32(p.channels());
      sink.int32(p.stride());
      sink.int32(p.period());
    }
    sink.floats(scales.scales());
  }

  private void writeSparse(BitSink stream) throws IOException {
    int gap = 0;
    for (int i = 0; i < size; i++) {
      int number = numbers.applyAsInt(i);
      if (number == 0) {
        gap++;
      } else {
        positions.writeGap(gap, stream);
        values.write(number, stream);
        gap = 0;
      }
    }
  }

  /** For people. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(deltas ? "differences, " : "");
    text.append(values);
    scales.ifPresent(
        s ->
            text.append(", ")
                .append(s.scales().length)
                .append(s.scales().length == 1 ? " scale" : " scales"));
    if (!positions.isDense()) {
      text.append(", ").append(positions.values()).append(" of ").append(size);
      text.append(" values, ").append(positions);
    }
    return text.toString();
  }
}
