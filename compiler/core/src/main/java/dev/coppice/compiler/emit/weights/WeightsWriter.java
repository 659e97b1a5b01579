package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.runtime.Half;
import dev.coppice.runtime.WeightsFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes the weight file that {@link dev.coppice.runtime.Weights} reads; the layout is {@link
 * WeightsFormat}.
 *
 * <p>Sections are read in the order in which they were added. The arrays are not copied: they must
 * not change until the file is written. Equal sections give equal bytes.
 */
public final class WeightsWriter {
  private final byte[] modelHash;
  private final List<Section> sections = new ArrayList<>();
  private final List<WeightEncoding> encodings = new ArrayList<>();

  /**
   * A writer without sections.
   *
   * @param modelHashHex SHA-256 that identifies the compiled model, 64 hexadecimal digits
   */
  public WeightsWriter(String modelHashHex) {
    modelHash = HexFormat.of().parseHex(modelHashHex);
    if (modelHash.length != WeightsFormat.HASH_BYTES) {
      throw new IllegalArgumentException("not a SHA-256 in hexadecimal: '" + modelHashHex + "'");
    }
  }

  /** Adds floats as they are. */
  public WeightsWriter addFloats(float[] values) {
    return add(WeightsFormat.FP32, values.length, 0, 0, sink -> sink.floats(values));
  }

  /** Adds floats as binary16, rounded to nearest even; read as float. */
  public WeightsWriter addHalf(float[] values) {
    return add(
        WeightsFormat.FP16,
        values.length,
        0,
        0,
        sink -> {
          for (float value : values) {
            sink.int16(Half.floatToFp16(value));
          }
        });
  }

  /** Adds floats as bfloat16, rounded to nearest even; read as float. */
  public WeightsWriter addBfloat16(float[] values) {
    return add(
        WeightsFormat.BF16,
        values.length,
        0,
        0,
        sink -> {
          for (float value : values) {
            sink.int16(Half.floatToBf16(value));
          }
        });
  }

  /**
   * Adds bytes that are read as {@code values[i] * scales[i / stride % scales.length]}.
   *
   * @param stride the product of the dimensions after the channel axis
   */
  public WeightsWriter addInt8PerChannel(byte[] values, float[] scales, int stride) {
    if (scales.length == 0 || stride <= 0 || values.length % ((long) scales.length * stride) != 0) {
      throw new IllegalArgumentException(
          values.length + " values, " + scales.length + " scales, stride " + stride);
    }
    return add(
        WeightsFormat.INT8_PER_CHANNEL,
        values.length,
        scales.length,
        stride,
        sink -> {
          sink.floats(scales);
          sink.bytes(values);
        });
  }

  /**
   * Adds floats that are mostly zero, without the zeros: with a bitmap or with distances, whichever
   * is smaller. Negative zero counts as a value, so that the bits are kept.
   */
  public WeightsWriter addSparse(float[] values) {
    Tensor data = Tensor.ofFloats(Shape.of(values.length), values);
    return add(WeightEncoding.sparse(data, SparsePositions.of(data, true)));
  }

  /**
   * Adds the elements of a tensor in the smallest section that holds them: float32 as {@link
   * WeightEncoding#choose} says, with a deviation of at most {@link WeightEncoding#MAX_ULPS}; other
   * types as they are, 16-bit floats as their bits. The tensor is read while the file is written,
   * so that nothing is held twice.
   */
  public WeightsWriter add(Tensor data) {
    return switch (data.dtype().storage()) {
      case FLOAT -> add(WeightEncoding.choose(data, WeightEncoding.MAX_ULPS));
      case DOUBLE ->
          addElements(WeightsFormat.FLOAT64, data, (s, i) -> s.float64(data.doubleAt(i)));
      case BYTE -> addElements(WeightsFormat.INT8, data, (s, i) -> s.int8((int) data.longAt(i)));
      case SHORT -> addShorts((short[]) data.toArray());
      case INT -> addElements(WeightsFormat.INT32, data, (s, i) -> s.int32((int) data.longAt(i)));
      case LONG -> addElements(WeightsFormat.INT64, data, (s, i) -> s.int64(data.longAt(i)));
      case BOOLEAN ->
          addElements(WeightsFormat.BOOL, data, (s, i) -> s.int8(data.booleanAt(i) ? 1 : 0));
    };
  }

  /** Adds floats as {@code encoding} says. */
  public WeightsWriter add(WeightEncoding encoding) {
    encodings.add(encoding);
    return add(encoding.type(), encoding.count(), encoding.p(), encoding.q(), encoding::writeTo);
  }

  /** The encodings chosen by {@link #add(Tensor)} so far, in order, for the report. */
  public List<WeightEncoding> encodings() {
    return List.copyOf(encodings);
  }

  private interface Element {
    void writeTo(LittleEndianSink sink, int index) throws IOException;
  }

  private WeightsWriter addElements(int type, Tensor data, Element element) {
    return add(
        type,
        data.size(),
        0,
        0,
        sink -> {
          for (int i = 0; i < data.size(); i++) {
            element.writeTo(sink, i);
          }
        });
  }

  /** Adds bytes, signed or unsigned. */
  public WeightsWriter addBytes(byte[] values) {
    return add(WeightsFormat.INT8, values.length, 0, 0, sink -> sink.bytes(values));
  }

  /** Adds 16-bit integers. */
  public WeightsWriter addShorts(short[] values) {
    return add(
        WeightsFormat.INT16,
        values.length,
        0,
        0,
        sink -> {
          for (short value : values) {
            sink.int16(value);
          }
        });
  }

  /** Adds 32-bit integers. */
  public WeightsWriter addInts(int[] values) {
    return add(
        WeightsFormat.INT32,
        values.length,
        0,
        0,
        sink -> {
          for (int value : values) {
            sink.int32(value);
          }
        });
  }

  /** Adds 64-bit integers. */
  public WeightsWriter addLongs(long[] values) {
    return add(
        WeightsFormat.INT64,
        values.length,
        0,
        0,
        sink -> {
          for (long value : values) {
            sink.int64(value);
          }
        });
  }

  /** Adds doubles. */
  public WeightsWriter addDoubles(double[] values) {
    return add(
        WeightsFormat.FLOAT64,
        values.length,
        0,
        0,
        sink -> {
          for (double value : values) {
            sink.int64(Double.doubleToRawLongBits(value));
          }
        });
  }

  /** Adds booleans, a byte each. */
  public WeightsWriter addBooleans(boolean[] values) {
    return add(
        WeightsFormat.BOOL,
        values.length,
        0,
        0,
        sink -> {
          for (boolean value : values) {
            sink.int8(value ? 1 : 0);
          }
        });
  }

  /** The number of sections added so far. */
  public int sectionCount() {
    return sections.size();
  }

  /** The length of the file with the sections added so far. */
  public long byteCount() {
    return WeightsFormat.HEADER_BYTES + payloadBytes();
  }

  /**
   * Writes the file; does not close the stream.
   *
   * @throws IOException if the stream does
   */
  public void writeTo(OutputStream out) throws IOException {
    var checksum = new CRC32();
    var measured = new LittleEndianSink(new ChecksumStream(checksum));
    directory(measured);
    for (Section section : sections) {
      section.body().writeTo(measured);
    }
    measured.flush();

    byte[] start = headerStart((int) checksum.getValue());
    var headerChecksum = new CRC32();
    headerChecksum.update(start);
    var directorySink = new LittleEndianSink(new ChecksumStream(headerChecksum));
    directory(directorySink);
    directorySink.flush();

    var sink = new LittleEndianSink(out);
    sink.bytes(start);
    sink.int32((int) headerChecksum.getValue());
    directory(sink);
    for (Section section : sections) {
      section.body().writeTo(sink);
    }
    sink.flush();
  }

  /**
   * The file as an array.
   *
   * @throws IllegalStateException if it is longer than an array can be
   */
  public byte[] toByteArray() {
    long length = byteCount();
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalStateException(length + " bytes do not fit an array; use writeTo");
    }
    var out = new ByteArrayOutputStream((int) length);
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private WeightsWriter add(int type, int count, int p, int q, Body body) {
    if (sections.size() == WeightsFormat.MAX_SECTIONS) {
      throw new IllegalStateException("more than " + WeightsFormat.MAX_SECTIONS + " sections");
    }
    sections.add(new Section(type, count, p, q, body));
    return this;
  }

  private long payloadBytes() {
    long sum = (long) sections.size() * WeightsFormat.ENTRY_BYTES;
    for (Section section : sections) {
      sum += WeightsFormat.dataBytes(section.type(), section.count(), section.p(), section.q());
    }
    return sum;
  }

  private byte[] headerStart(int payloadCrc) throws IOException {
    var out = new ByteArrayOutputStream();
    var sink = new LittleEndianSink(out);
    sink.int32(WeightsFormat.MAGIC);
    sink.int16(WeightsFormat.VERSION);
    sink.int16(0);
    sink.bytes(modelHash);
    sink.int32(sections.size());
    sink.int64(payloadBytes());
    sink.int32(payloadCrc);
    sink.flush();
    return out.toByteArray();
  }

  private void directory(LittleEndianSink sink) throws IOException {
    for (Section section : sections) {
      sink.int32(section.type());
      sink.int32(section.count());
      sink.int32(section.p());
      sink.int32(section.q());
    }
  }

  private interface Body {
    void writeTo(LittleEndianSink sink) throws IOException;
  }

  private record Section(int type, int count, int p, int q, Body body) {}

  private static final class ChecksumStream extends OutputStream {
    private final CRC32 checksum;

    ChecksumStream(CRC32 checksum) {
      this.checksum = checksum;
    }

    @Override
    public void write(int b) {
      checksum.update(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      checksum.update(bytes, offset, length);
    }
  }
}
