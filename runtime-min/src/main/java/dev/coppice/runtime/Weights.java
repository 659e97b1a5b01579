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
 * resource to the arrays through a window of 64 KiB. The layout is {@link WeightsFormat}.
 *
 * <p>An instance belongs to one thread.
 */
public final class Weights {
  private final WeightsInput in;
  private final WeightsDirectory directory;
  private final FloatDecoder decoder;
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
    if (offset < 0 || offset > dst.length - n) {
      throw new IndexOutOfBoundsException(
          "offset " + offset + " and " + n + " elements, array of " + dst.length);
    }
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
    if (decoder.isSparse()) {
      float[] all = new float[n];
      decoder.decode(all, 0, n);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(all, r * dst[r].length, dst[r], 0, dst[r].length);
      }
    } else {
      for (float[] row : dst) {
        decoder.decode(row, 0, row.length);
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

  private int begin(int type) {
    checkMore();
    if (directory.type(section) != type) {
      throw mismatch(WeightsFormat.typeName(type), WeightsFormat.typeName(directory.type(section)));
    }
    return directory.count(section);
  }

  private int beginFloats() {
    checkMore();
    int type = directory.type(section);
    if (type >= WeightsFormat.INT8 && type <= WeightsFormat.BOOL) {
      throw mismatch("a section of floats", WeightsFormat.typeName(type));
    }
    decoder.begin(type, directory.count(section), directory.p(section), directory.q(section));
    return directory.count(section);
  }

  private void checkMore() {
    if (remaining() == 0) {
      throw mismatch("another section", "the end after " + directory.sections());
    }
  }

  private void endSection() {
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
