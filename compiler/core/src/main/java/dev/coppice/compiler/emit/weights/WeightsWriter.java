package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.runtime.WeightsFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * Writes the weight file that {@link dev.coppice.runtime.Weights} reads; the layout is {@link
 * WeightsFormat}.
 *
 * <p>Sections are read in the order in which they were added. Equal sections give equal bytes.
 */
public final class WeightsWriter {
  private final byte[] modelHash;
  private final List<Section> sections = new ArrayList<>();

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

  /**
   * Adds the elements of a tensor in the smallest section that holds them: floats, bytes and 16-bit
   * integers as {@link WeightEncoding#choose} says, with a deviation of at most {@link
   * WeightEncoding#MAX_ULPS}; other types as they are, 16-bit floats as their bits. The tensor is
   * read while the file is written, so that nothing is held twice.
   */
  public WeightsWriter add(Reordered elements) {
    Tensor data = elements.data();
    return switch (data.dtype().storage()) {
      case FLOAT -> add(WeightEncoding.choose(elements, WeightEncoding.MAX_ULPS));
      case DOUBLE ->
          addElements(WeightsFormat.FLOAT64, data, (s, i) -> s.float64(data.doubleAt(i)));
      case BYTE -> add(WeightEncoding.choose(as(DType.INT8, data), 0));
      case SHORT -> add(WeightEncoding.choose(as(DType.INT16, data), 0));
      case INT -> addElements(WeightsFormat.INT32, data, (s, i) -> s.int32((int) data.longAt(i)));
      case LONG -> addElements(WeightsFormat.INT64, data, (s, i) -> s.int64(data.longAt(i)));
      case BOOLEAN ->
          addElements(WeightsFormat.BOOL, data, (s, i) -> s.int8(data.booleanAt(i) ? 1 : 0));
    };
  }

  /** Adds a tensor in its own order. */
  public WeightsWriter add(Tensor data) {
    return add(Reordered.identity(data));
  }

  /** The stored integers of {@code data}, of a type as wide as {@code dtype}. */
  private static Tensor as(DType dtype, Tensor data) {
    return data.dtype() == dtype
        ? data
        : Tensor.adopt(new TensorType(dtype, data.shape()), data.toArray());
  }

  /** Adds elements as {@code encoding} says. */
  public WeightsWriter add(WeightEncoding encoding) {
    return add(
        new Section(
            encoding.type(),
            encoding.count(),
            encoding.p(),
            encoding.q(),
            encoding::writeTo,
            encoding.toString(),
            encoding.bits()));
  }

  private interface Element {
    void writeTo(LittleEndianSink sink, int index) throws IOException;
  }

  private WeightsWriter addElements(int type, Tensor data, Element element) {
    return add(
        type,
        data.size(),
        sink -> {
          for (int i = 0; i < data.size(); i++) {
            element.writeTo(sink, i);
          }
        });
  }

  /** The number of sections added so far. */
  public int sectionCount() {
    return sections.size();
  }

  /** How section {@code i} holds its elements, for people. */
  public String form(int i) {
    return sections.get(i).form();
  }

  /** What section {@code i} and its entry in the directory take. */
  public WeightBits bits(int i) {
    return sections.get(i).bits();
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

  private WeightsWriter add(int type, int count, Body body) {
    long bits = 8 * WeightsFormat.dataBytes(type, count, 0, 0);
    return add(
        new Section(
            type,
            count,
            0,
            0,
            body,
            WeightsFormat.typeName(type).toLowerCase(Locale.ROOT),
            new WeightBits(8L * WeightsFormat.ENTRY_BYTES, 0, 0, 0, bits, 0, 0)));
  }

  private WeightsWriter add(Section section) {
    if (sections.size() == WeightsFormat.MAX_SECTIONS) {
      throw new IllegalStateException("more than " + WeightsFormat.MAX_SECTIONS + " sections");
    }
    sections.add(section);
    return this;
  }

  private long payloadBytes() {
    long sum = 0;
    for (Section section : sections) {
      sum += section.bits().bytes();
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

  private record Section(
      int type, int count, int p, int q, Body body, String form, WeightBits bits) {}

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
