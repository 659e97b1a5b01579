package dev.coppice.runtime;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;

/**
 * The weights of a compiled model, read in order: each call takes the next section of the file.
 *
 * <pre>
 * Weights w = Weights.open(Kws.class, "kws.weights", "9f86d081...");
 * conv1Weights = w.floats();
 * conv1Bias = w.floats();
 * w.end();
 * </pre>
 *
 * <p>The header and the directory of sections are checked when the file is opened, the checksum of
 * the data when the last section is read, before its array is returned. A missing, damaged, cut
 * short, too new or foreign file is reported as {@link IllegalStateException}; the message names
 * the file, the reason, what was expected, what was found and what to do. Data goes from the
 * resource to the arrays through a window of 64 KiB. The layout is {@link WeightsFormat}.
 *
 * <p>An instance belongs to one thread.
 */
public final class Weights {
  private static final int TYPE = 0;
  private static final int COUNT = 1;
  private static final int P = 2;
  private static final int Q = 3;
  private static final int ENTRY_INTS = WeightsFormat.ENTRY_BYTES / 4;

  private final WeightsInput in;
  private final int[] directory;
  private final int sections;
  private final int payloadCrc;
  private int section;

  /** The scales of a section of signed bytes, or the value of a CONSTANT section. */
  private float[] scales = {};

  /** Elements of a channel that lie together. */
  private int stride;

  /** Position within a section of signed bytes, which {@link #rows} takes piece by piece. */
  private long element;

  private Weights(WeightsInput in, String modelHashHex) {
    this.in = in;
    byte[] bytes = in.header(WeightsFormat.HEADER_BYTES);
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    checkIdentity(header, modelHashHex);
    sections = header.getInt(40);
    long payloadBytes = header.getLong(44);
    payloadCrc = header.getInt(52);
    long directoryBytes = (long) sections * WeightsFormat.ENTRY_BYTES;
    if (sections < 0 || sections > WeightsFormat.MAX_SECTIONS || payloadBytes < directoryBytes) {
      throw in.damaged(
          "0 to " + WeightsFormat.MAX_SECTIONS + " sections within the payload",
          sections + " sections in " + payloadBytes + " bytes");
    }
    in.payload(payloadBytes);
    byte[] entries = new byte[(int) directoryBytes];
    in.next(entries, 0, entries.length);
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, 56);
    crc.update(entries, 0, entries.length);
    if ((int) crc.getValue() != header.getInt(56)) {
      throw in.damaged(
          "header CRC-32 " + WeightsInput.hex(header.getInt(56)),
          WeightsInput.hex((int) crc.getValue()));
    }
    directory = new int[entries.length / 4];
    ByteBuffer.wrap(entries).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(directory);
    checkDirectory(payloadBytes - directoryBytes);
    if (sections == 0) {
      in.finish(payloadCrc);
    }
  }

  /**
   * Opens the weight file of a model.
   *
   * @param anchor the class that {@code resource} is relative to, as in {@link
   *     Class#getResourceAsStream}
   * @param resource the resource name
   * @param modelHashHex the hash that the file must carry, 64 hexadecimal digits
   * @throws IllegalStateException if the file is missing, damaged, of another version or of another
   *     model
   */
  public static Weights open(Class<?> anchor, String resource, String modelHashHex) {
    String name = "weights '" + resource + "' of " + anchor.getName();
    InputStream stream = anchor.getResourceAsStream(resource);
    if (stream == null) {
      throw new IllegalStateException(
          WeightsInput.message(
              name,
              "WeightsMissing",
              "the resource is not there",
              "a resource beside the class",
              "none",
              "Package the resources that the compiler wrote together with the classes"));
    }
    return new Weights(new WeightsInput(name, stream), modelHashHex);
  }

  /**
   * Opens weights that are string constants of the generated classes.
   *
   * @param modelHashHex the hash that the data must carry, 64 hexadecimal digits
   * @param packedChunks a weight file as {@link Packed} strings
   * @throws IllegalStateException if the data is damaged, of another version or of another model
   */
  public static Weights of(String modelHashHex, String... packedChunks) {
    InputStream stream = Packed.stream(packedChunks);
    return new Weights(new WeightsInput("packed weights", stream), modelHashHex);
  }

  /** The next section as floats: all types but those of integers, doubles and booleans. */
  public float[] floats() {
    int n = beginFloats();
    float[] dst = new float[n];
    decode(dst, 0, n);
    endSection();
    return dst;
  }

  /**
   * Puts the next section, as {@link #floats()} takes it, into an array.
   *
   * @return the number of elements
   * @throws IndexOutOfBoundsException if the section does not fit
   */
  public int floats(float[] dst, int offset) {
    int n = beginFloats();
    if (offset < 0 || offset > dst.length - n) {
      throw new IndexOutOfBoundsException(
          "offset " + offset + " and " + n + " elements, array of " + dst.length);
    }
    decode(dst, offset, n);
    endSection();
    return n;
  }

  /**
   * The next section, as {@link #floats()} takes it, split into equal rows.
   *
   * @param rows the number of arrays; divides the element count
   */
  public float[][] rows(int rows) {
    int n = beginFloats();
    if (rows <= 0 || n % rows != 0) {
      throw mismatch(rows + " equal rows", n + " elements");
    }
    float[][] dst = new float[rows][n / rows];
    if (isSparse(field(TYPE))) {
      float[] all = new float[n];
      decode(all, 0, n);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(all, r * dst[r].length, dst[r], 0, dst[r].length);
      }
    } else {
      for (float[] row : dst) {
        decode(row, 0, row.length);
      }
    }
    endSection();
    return dst;
  }

  /** The next section as bytes; an unsigned byte has the same bits. */
  public byte[] bytes() {
    byte[] dst = new byte[begin(WeightsFormat.INT8)];
    in.next(dst, 0, dst.length);
    endSection();
    return dst;
  }

  /**
   * The next section of bytes, split into equal rows.
   *
   * @param rows the number of arrays; divides the element count
   */
  public byte[][] byteRows(int rows) {
    int n = begin(WeightsFormat.INT8);
    if (rows <= 0 || n % rows != 0) {
      throw mismatch(rows + " equal rows", n + " elements");
    }
    byte[][] dst = new byte[rows][n / rows];
    for (byte[] row : dst) {
      in.next(row, 0, row.length);
    }
    endSection();
    return dst;
  }

  /** The next section as booleans. */
  public boolean[] booleans() {
    boolean[] dst = new boolean[begin(WeightsFormat.BOOL)];
    for (int i = 0; i < dst.length; i++) {
      dst[i] = in.nextByte() != 0;
    }
    endSection();
    return dst;
  }

  /** The next section as 16-bit integers. */
  public short[] shorts() {
    short[] dst = new short[begin(WeightsFormat.INT16)];
    for (int i = 0, n; i < dst.length; i += n) {
      n = in.available(dst.length - i, 2);
      in.window().asShortBuffer().get(dst, i, n);
      in.advance(2 * n);
    }
    endSection();
    return dst;
  }

  /** The next section as 32-bit integers. */
  public int[] ints() {
    int[] dst = new int[begin(WeightsFormat.INT32)];
    readInts(dst);
    endSection();
    return dst;
  }

  /** The next section as 64-bit integers. */
  public long[] longs() {
    long[] dst = new long[begin(WeightsFormat.INT64)];
    for (int i = 0, n; i < dst.length; i += n) {
      n = in.available(dst.length - i, 8);
      in.window().asLongBuffer().get(dst, i, n);
      in.advance(8 * n);
    }
    endSection();
    return dst;
  }

  /** The next section as doubles. */
  public double[] doubles() {
    double[] dst = new double[begin(WeightsFormat.FLOAT64)];
    for (int i = 0, n; i < dst.length; i += n) {
      n = in.available(dst.length - i, 8);
      in.window().asDoubleBuffer().get(dst, i, n);
      in.advance(8 * n);
    }
    endSection();
    return dst;
  }

  /** The number of sections that were not taken. */
  public int remaining() {
    return sections - section;
  }

  /**
   * States that all sections were taken.
   *
   * @throws IllegalStateException if some were not
   */
  public void end() {
    if (remaining() != 0) {
      throw mismatch("no more sections", remaining() + " of " + sections + " not taken");
    }
  }

  private int begin(int type) {
    checkMore();
    if (field(TYPE) != type) {
      throw mismatch(WeightsFormat.typeName(type), WeightsFormat.typeName(field(TYPE)));
    }
    return field(COUNT);
  }

  private int beginFloats() {
    checkMore();
    int type = field(TYPE);
    if (type >= WeightsFormat.INT8 && type <= WeightsFormat.BOOL) {
      throw mismatch("a section of floats", WeightsFormat.typeName(type));
    }
    element = 0;
    if (type == WeightsFormat.CONSTANT) {
      readScales(1);
    } else if (type == WeightsFormat.INT8_PER_CHANNEL) {
      stride = field(Q);
      readScales(field(P));
    } else if (type > WeightsFormat.CONSTANT) {
      beginSparseBytes(type);
    }
    return field(COUNT);
  }

  private void beginSparseBytes(int type) {
    int[] ints = new int[2];
    readInts(ints);
    int channels = ints[0];
    stride = ints[1];
    long positions = field(Q) - 8 - 4L * channels;
    boolean fits =
        type == WeightsFormat.INT8_BITMAP
            ? positions == (field(COUNT) + 7L) / 8
            : positions >= field(P);
    if (channels <= 0 || stride <= 0 || !fits) {
      throw in.damaged("scales that fit the section", channels + " of stride " + stride);
    }
    readScales(channels);
  }

  private void readScales(int count) {
    scales = new float[count];
    readFloats(scales, 0, count);
  }

  private void checkMore() {
    if (remaining() == 0) {
      throw mismatch("another section", "the end after " + sections);
    }
  }

  private void endSection() {
    section++;
    if (section == sections) {
      in.finish(payloadCrc);
    }
  }

  private int field(int index) {
    return directory[section * ENTRY_INTS + index];
  }

  private static boolean isSparse(int type) {
    return type == WeightsFormat.SPARSE_BITMAP
        || type == WeightsFormat.SPARSE_DELTA
        || type > WeightsFormat.CONSTANT;
  }

  private void decode(float[] dst, int offset, int n) {
    int type = field(TYPE);
    int values = field(P);
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
        expandDeltas(dst, offset, n, values, field(Q));
        break;
      case WeightsFormat.INT8_BITMAP:
        readBytes(dst, offset + n - values, values);
        expandBitmap(dst, offset, n, values);
        scale(dst, offset, n);
        break;
      case WeightsFormat.INT8_DELTA:
        readBytes(dst, offset + n - values, values);
        expandDeltas(dst, offset, n, values, field(Q) - 8 - 4 * scales.length);
        scale(dst, offset, n);
        break;
      default:
        readHalves(dst, offset, n, type == WeightsFormat.FP16);
    }
  }

  private void readInts(int[] dst) {
    for (int i = 0, n; i < dst.length; i += n) {
      n = in.available(dst.length - i, 4);
      in.window().asIntBuffer().get(dst, i, n);
      in.advance(4 * n);
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
    ByteBuffer window = in.window();
    for (int i = 0, n; i < length; i += n) {
      n = in.available(length - i, 2);
      for (int j = offset + i; j < offset + i + n; j++) {
        short bits = window.getShort();
        dst[j] = fp16 ? Half.fp16ToFloat(bits) : Half.bf16ToFloat(bits);
      }
    }
  }

  private void readBytes(float[] dst, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      dst[i] = in.nextByte();
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

  private IllegalStateException mismatch(String expected, String found) {
    return in.error(
        "WeightsMismatch",
        "the generated class and section " + section + " do not fit together",
        expected,
        found,
        "Generate class and weights in one build, with the runtime of the same version");
  }

  private void checkIdentity(ByteBuffer header, String modelHashHex) {
    if (header.getInt(0) != WeightsFormat.MAGIC) {
      throw in.error(
          "WeightsForeign",
          "this is no weight file",
          "the letters CPCE at its start",
          WeightsInput.hex(Integer.reverseBytes(header.getInt(0))),
          "Check which file has this name");
    }
    int version = header.getShort(4) & 0xFFFF;
    if (version != WeightsFormat.VERSION) {
      throw in.error(
          "WeightsVersion",
          "the file has another format version",
          "version " + WeightsFormat.VERSION,
          "version " + version,
          "Use the coppice-runtime-min of the version that compiled the model");
    }
    StringBuilder hash = new StringBuilder();
    for (int i = 0; i < WeightsFormat.HASH_BYTES; i++) {
      hash.append(String.format("%02x", header.get(8 + i)));
    }
    if (!hash.toString().equals(modelHashHex.toLowerCase(Locale.ROOT))) {
      throw in.error(
          "WeightsForeign",
          "the file belongs to another model",
          "model hash " + modelHashHex,
          hash.toString(),
          "Rebuild, so that class and weights come from one model");
    }
  }

  private void checkDirectory(long dataBytes) {
    long sum = 0;
    for (int i = 0; i < directory.length; i += ENTRY_INTS) {
      long n =
          WeightsFormat.dataBytes(
              directory[i + TYPE], directory[i + COUNT], directory[i + P], directory[i + Q]);
      if (n < 0) {
        throw in.damaged(
            "a valid entry of section " + i / ENTRY_INTS,
            WeightsFormat.typeName(directory[i + TYPE]));
      }
      sum += n;
    }
    if (sum != dataBytes) {
      throw in.damaged(sum + " bytes of data", dataBytes + " bytes");
    }
  }
}
