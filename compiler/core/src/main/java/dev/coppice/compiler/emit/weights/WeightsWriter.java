package dev.coppice.compiler.emit.weights;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.ScaledLevels;
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
import java.util.stream.IntStream;
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
   * Adds what some readers read of one tensor, as small as it can be: floats, bytes and 16-bit
   * integers as {@link SourceSections} says; other types as they are, 16-bit floats as their bits.
   * The tensor is read while the file is written, so that nothing is held twice.
   *
   * @param readers elements in the order in which each reads them; all have the same source
   * @param maxUlps how far floats may be from their elements in units in the last place
   * @return for each reader the section at which it begins
   */
  public List<Integer> add(List<Reordered> readers, int maxUlps) {
    return switch (readers.get(0).data().dtype().storage()) {
      case FLOAT -> add(SourceSections.choose(readers, maxUlps));
      case BYTE -> add(SourceSections.choose(as(DType.INT8, readers), 0));
      case SHORT -> add(SourceSections.choose(as(DType.INT16, readers), 0));
      default -> addPlain(readers);
    };
  }

  private List<Integer> add(SourceSections chosen) {
    int from = sections.size();
    chosen.sections().forEach(this::add);
    return chosen.first().stream().map(f -> from + f).toList();
  }

  private List<Integer> addPlain(List<Reordered> readers) {
    int from = sections.size();
    readers.forEach(r -> add(plain(r.data())));
    return IntStream.range(from, sections.size()).boxed().toList();
  }

  /** Adds what one reader reads, to {@link ScaledLevels#MAX_ULPS}. */
  public WeightsWriter add(Reordered elements) {
    add(List.of(elements), ScaledLevels.MAX_ULPS);
    return this;
  }

  /** Adds a tensor in its own order. */
  public WeightsWriter add(Tensor data) {
    return add(Reordered.identity(data));
  }

  /** The stored integers of tensors, of a type as wide as {@code dtype}. */
  private static List<Reordered> as(DType dtype, List<Reordered> readers) {
    Tensor source = as(dtype, readers.get(0).source());
    return readers.stream()
        .map(
            r ->
                r.data() == r.source()
                    ? Reordered.identity(source)
                    : new Reordered(as(dtype, r.data()), source, r.order()))
        .toList();
  }

  private static Tensor as(DType dtype, Tensor data) {
    return data.dtype() == dtype
        ? data
        : Tensor.adopt(new TensorType(dtype, data.shape()), data.toArray());
  }

  /** Adds elements as {@code encoding} says. */
  public WeightsWriter add(WeightEncoding encoding) {
    return add(Section.of(encoding));
  }

  private static Section plain(Tensor data) {
    return switch (data.dtype().storage()) {
      case DOUBLE -> plain(WeightsFormat.FLOAT64, data, (s, i) -> s.float64(data.doubleAt(i)));
      case INT -> plain(WeightsFormat.INT32, data, (s, i) -> s.int32((int) data.longAt(i)));
      case LONG -> plain(WeightsFormat.INT64, data, (s, i) -> s.int64(data.longAt(i)));
      case BOOLEAN -> plain(WeightsFormat.BOOL, data, (s, i) -> s.int8(data.booleanAt(i) ? 1 : 0));
      default -> throw new IllegalArgumentException("has other forms: " + data.type());
    };
  }

  private interface Element {
    void writeTo(LittleEndianSink sink, int index) throws IOException;
  }

  private static Section plain(int type, Tensor data, Element element) {
    return Section.plain(
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

  /** Number of elements that section {@code i} holds itself: none if it is an order. */
  public int elements(int i) {
    return sections.get(i).elements();
  }

  /** How many sections a reader takes who begins at section {@code i}. */
  public int taken(int i) {
    return sections.get(i).taken();
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

  /** Adds a section. */
  WeightsWriter add(Section section) {
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
