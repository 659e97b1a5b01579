package dev.coppice.runtime;

import java.io.InputStream;

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
 * resource to the arrays through a window of 64 KiB, and through two more arrays where elements are
 * stored in another order. The layout is {@link WeightsFormat}.
 *
 * <p>A call that comes to an order takes all sections up to that of the elements.
 *
 * <p>An instance belongs to one thread.
 */
public final class Weights {
  private final WeightsInput in;
  private final WeightsDirectory directory;
  private final FloatDecoder decoder;

  /** Coded integers on their way to an array. */
  private final float[] piece = new float[1024];

  private int section;

  private Weights(WeightsInput in, String modelHashHex) {
    this.in = in;
    this.directory = new WeightsDirectory(in, modelHashHex);
    this.decoder = new FloatDecoder(in);
    if (directory.sections() == 0) {
      in.finish(directory.payloadCrc());
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
    decoder.decode(dst, 0, n);
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
    checkRange(dst.length, offset, n);
    decoder.decode(dst, offset, n);
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
    for (float[] row : dst) {
      decoder.decode(row, 0, row.length);
    }
    endSection();
    return dst;
  }

  /** The next section as bytes; an unsigned byte has the same bits. */
  public byte[] bytes() {
    byte[] dst = new byte[begin(WeightsFormat.INT8, WeightsFormat.CODED_INT8)];
    bytesOfSection(dst, 0, dst.length);
    endSection();
    return dst;
  }

  /**
   * Puts the next section, as {@link #bytes()} takes it, into an array.
   *
   * @return the number of elements
   * @throws IndexOutOfBoundsException if the section does not fit
   */
  public int bytes(byte[] dst, int offset) {
    int n = begin(WeightsFormat.INT8, WeightsFormat.CODED_INT8);
    checkRange(dst.length, offset, n);
    bytesOfSection(dst, offset, n);
    endSection();
    return n;
  }

  /**
   * The next section of bytes, split into equal rows.
   *
   * @param rows the number of arrays; divides the element count
   */
  public byte[][] byteRows(int rows) {
    int n = begin(WeightsFormat.INT8, WeightsFormat.CODED_INT8);
    if (rows <= 0 || n % rows != 0) {
      throw mismatch(rows + " equal rows", n + " elements");
    }
    byte[][] dst = new byte[rows][n / rows];
    for (byte[] row : dst) {
      bytesOfSection(row, 0, row.length);
    }
    endSection();
    return dst;
  }

  private void bytesOfSection(byte[] dst, int offset, int length) {
    if (decoder.type() == WeightsFormat.INT8) {
      in.next(dst, offset, length);
      return;
    }
    for (int i = 0, n; i < length; i += n) {
      n = decodePiece(length - i);
      for (int j = 0; j < n; j++) {
        dst[offset + i + j] = (byte) piece[j];
      }
    }
  }

  /** Decodes at most {@code most} elements to {@link #piece}; returns how many. */
  private int decodePiece(int most) {
    int n = Math.min(most, piece.length);
    decoder.decode(piece, 0, n);
    return n;
  }

  /** The next section as booleans. */
  public boolean[] booleans() {
    byte[] bytes = new byte[begin(WeightsFormat.BOOL)];
    in.next(bytes, 0, bytes.length);
    boolean[] dst = new boolean[bytes.length];
    for (int i = 0; i < dst.length; i++) {
      dst[i] = bytes[i] != 0;
    }
    endSection();
    return dst;
  }

  /** The next section as 16-bit integers. */
  public short[] shorts() {
    short[] dst = new short[begin(WeightsFormat.INT16, WeightsFormat.CODED_INT16)];
    shortsOfSection(dst, 0, dst.length);
    endSection();
    return dst;
  }

  /**
   * Puts the next section, as {@link #shorts()} takes it, into an array.
   *
   * @return the number of elements
   * @throws IndexOutOfBoundsException if the section does not fit
   */
  public int shorts(short[] dst, int offset) {
    int n = begin(WeightsFormat.INT16, WeightsFormat.CODED_INT16);
    checkRange(dst.length, offset, n);
    shortsOfSection(dst, offset, n);
    endSection();
    return n;
  }

  private void shortsOfSection(short[] dst, int offset, int length) {
    boolean plain = decoder.type() == WeightsFormat.INT16;
    for (int i = 0, n; i < length; i += n) {
      if (plain) {
        n = in.available(length - i, 2);
        in.window().asShortBuffer().get(dst, offset + i, n);
        in.advance(2 * n);
      } else {
        n = decodePiece(length - i);
        for (int j = 0; j < n; j++) {
          dst[offset + i + j] = (short) piece[j];
        }
      }
    }
  }

  /** The next section as 32-bit integers. */
  public int[] ints() {
    int[] dst = new int[begin(WeightsFormat.INT32)];
    in.nextInts(dst);
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

  /**
   * Passes over the next sections, which take part in the checksum only.
   *
   * @param sections how many
   */
  public void skip(int sections) {
    for (int i = 0; i < sections; i++) {
      checkMore();
      in.skip(
          WeightsFormat.dataBytes(
              directory.type(section),
              directory.count(section),
              directory.p(section),
              directory.q(section)));
      endSection();
    }
  }

  /** The number of sections that were not taken. */
  public int remaining() {
    return directory.sections() - section;
  }

  /**
   * States that all sections were taken.
   *
   * @throws IllegalStateException if some were not
   */
  public void end() {
    if (remaining() != 0) {
      throw mismatch(
          "no more sections", remaining() + " of " + directory.sections() + " not taken");
    }
  }

  /** Starts a section of a type that has no order. */
  private int begin(int type) {
    checkMore();
    int found = directory.type(section);
    checkType(found == type, WeightsFormat.typeName(type), found);
    return directory.count(section);
  }

  /** Starts a section of one of two types, which the decoder reads if it is coded or ordered. */
  private int begin(int plain, int coded) {
    checkMore();
    int found = directory.type(elements());
    checkType(found == plain || found == coded, WeightsFormat.typeName(plain), found);
    return beginDecoder();
  }

  private int beginFloats() {
    checkMore();
    int found = directory.type(elements());
    checkType(found <= WeightsFormat.CODED, "a section of floats", found);
    return beginDecoder();
  }

  private void checkType(boolean fits, String expected, int found) {
    if (!fits) {
      throw mismatch(expected, WeightsFormat.typeName(found));
    }
  }

  /** The section with the elements of the next one. */
  private int elements() {
    return directory.type(section) == WeightsFormat.ORDER
        ? section + directory.p(section)
        : section;
  }

  private int beginDecoder() {
    int n = directory.count(section);
    int elements = elements();
    if (elements == section) {
      beginElements();
      return n;
    }
    ElementOrder order = new ElementOrder(in, directory.q(section));
    section++;
    skip(elements - section);
    beginElements();
    decoder.order(order, directory.count(section), n);
    return n;
  }

  private void beginElements() {
    decoder.begin(
        directory.type(section),
        directory.count(section),
        directory.p(section),
        directory.q(section));
  }

  private static void checkRange(int length, int offset, int n) {
    if (offset < 0 || offset > length - n) {
      throw new IndexOutOfBoundsException(
          "offset " + offset + " and " + n + " elements, array of " + length);
    }
  }

  private void checkMore() {
    if (remaining() == 0) {
      throw mismatch("another section", "the end after " + directory.sections());
    }
  }

  private void endSection() {
    decoder.end();
    section++;
    if (section == directory.sections()) {
      in.finish(directory.payloadCrc());
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
}
