package dev.coppice.runtime;

/**
 * The layout of a weight file, version {@value #VERSION}. All numbers are little-endian.
 *
 * <pre>
 * header, {@value #HEADER_BYTES} bytes
 *   offset  bytes
 *        0      4  magic: the ASCII letters CPCE
 *        4      2  format version
 *        6      2  zero
 *        8     32  SHA-256 that identifies the compiled model
 *       40      4  section count S
 *       44      8  payload length: bytes after the header
 *       52      4  CRC-32 of the payload
 *       56      4  CRC-32 of header bytes 0 to 55 followed by the directory
 * payload
 *   directory, S entries of {@value #ENTRY_BYTES} bytes
 *        0      1  section type, one of the constants of this class
 *        1      3  zero
 *        4      4  element count N
 *        8      4  P, see below
 *       12      4  Q, see below
 *   data of the sections, in order and without gaps
 * </pre>
 *
 * <p>Data by type; P and Q are zero where not named:
 *
 * <table>
 * <caption>Section types</caption>
 * <tr><th>type</th><th>data</th></tr>
 * <tr><td>{@link #FP32}, {@link #INT32}</td><td>N values of 4 bytes</td></tr>
 * <tr><td>{@link #FP16}, {@link #BF16}, {@link #INT16}</td><td>N values of 2 bytes</td></tr>
 * <tr><td>{@link #FLOAT64}, {@link #INT64}</td><td>N values of 8 bytes</td></tr>
 * <tr><td>{@link #INT8}, {@link #BOOL}</td><td>N bytes; a boolean is 0 or 1</td></tr>
 * <tr><td>{@link #INT8_PER_CHANNEL}</td><td>P scales as float, then N bytes q; element i stands for
 *     {@code q[i] * scale[i / Q % P]}, so Q is the product of the dimensions after the channel
 *     axis</td></tr>
 * <tr><td>{@link #SPARSE_BITMAP}</td><td>P non-zero values as float in order, then Q = ceil(N / 8)
 *     bytes: bit i % 8 of byte i / 8 is set where element i takes the next value</td></tr>
 * <tr><td>{@link #SPARSE_DELTA}</td><td>P non-zero values as float in order, then Q bytes: for each
 *     value the number of zeros before it since the last one, in groups of 7 bits from the lowest
 *     up, bit 7 set in all but the last byte of a number</td></tr>
 * <tr><td>{@link #CONSTANT}</td><td>one value as float, which every element has</td></tr>
 * <tr><td>{@link #INT8_BITMAP}, {@link #INT8_DELTA}</td><td>channel count C and channel stride S as
 *     4 bytes each, C scales as float, P non-zero bytes q in order, then their positions as in
 *     {@link #SPARSE_BITMAP} and {@link #SPARSE_DELTA}; Q is the length of all but the bytes q.
 *     Element i stands for {@code q * scale[i / S % C]}</td></tr>
 * </table>
 */
public final class WeightsFormat {
  /** The magic number: the bytes {@code CPCE} read as a little-endian int. */
  public static final int MAGIC = 'C' | ('P' << 8) | ('C' << 16) | ('E' << 24);

  /** The version that this runtime reads. */
  public static final int VERSION = 1;

  /** Length of the header in bytes. */
  public static final int HEADER_BYTES = 60;

  /** Length of a directory entry in bytes. */
  public static final int ENTRY_BYTES = 16;

  /** Length of the model hash in bytes. */
  public static final int HASH_BYTES = 32;

  /** Most sections in one file; bounds what a damaged header can make a reader allocate. */
  public static final int MAX_SECTIONS = 1 << 20;

  /** IEEE 754 binary32. */
  public static final int FP32 = 1;

  /** IEEE 754 binary16, read as float. */
  public static final int FP16 = 2;

  /** The upper half of a binary32, read as float. */
  public static final int BF16 = 3;

  /** Signed bytes with one scale per channel, read as float. */
  public static final int INT8_PER_CHANNEL = 4;

  /** Floats, mostly zero, with a bitmap of the others. */
  public static final int SPARSE_BITMAP = 5;

  /** Floats, mostly zero, with the distances of the others. */
  public static final int SPARSE_DELTA = 6;

  /** Bytes, signed or unsigned. */
  public static final int INT8 = 7;

  /** 16-bit integers. */
  public static final int INT16 = 8;

  /** 32-bit integers. */
  public static final int INT32 = 9;

  /** 64-bit integers. */
  public static final int INT64 = 10;

  /** IEEE 754 binary64. */
  public static final int FLOAT64 = 11;

  /** Booleans, a byte each. */
  public static final int BOOL = 12;

  /** Floats that are all the same. */
  public static final int CONSTANT = 13;

  /** Signed bytes with scales, mostly zero, with a bitmap of the others, read as float. */
  public static final int INT8_BITMAP = 14;

  /** Signed bytes with scales, mostly zero, with the distances of the others, read as float. */
  public static final int INT8_DELTA = 15;

  private static final String[] NAMES = {
    "?",
    "FP32",
    "FP16",
    "BF16",
    "INT8_PER_CHANNEL",
    "SPARSE_BITMAP",
    "SPARSE_DELTA",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "FLOAT64",
    "BOOL",
    "CONSTANT",
    "INT8_BITMAP",
    "INT8_DELTA"
  };

  private WeightsFormat() {}

  /** The name of section type {@code type}, or its number if there is no such type. */
  public static String typeName(int type) {
    return type > 0 && type < NAMES.length ? NAMES[type] : "type " + type;
  }

  /**
   * Bytes of data of a section, or -1 if the directory entry is not a valid one.
   *
   * @param type section type
   * @param count N of the entry
   * @param p P of the entry
   * @param q Q of the entry
   */
  public static long dataBytes(int type, int count, int p, int q) {
    if (count < 0 || p < 0 || q < 0) {
      return -1;
    }
    switch (type) {
      case INT8:
      case BOOL:
        return count;
      case FP16:
      case BF16:
      case INT16:
        return 2L * count;
      case FP32:
      case INT32:
        return 4L * count;
      case INT64:
      case FLOAT64:
        return 8L * count;
      case INT8_PER_CHANNEL:
        return p == 0 || q == 0 ? -1 : 4L * p + count;
      case SPARSE_BITMAP:
        return p > count || q != (count + 7L) / 8 ? -1 : 4L * p + q;
      case SPARSE_DELTA:
        return p > count || q < p ? -1 : 4L * p + q;
      case CONSTANT:
        return 4;
      case INT8_BITMAP:
        return p > count || (q - 8 - (count + 7L) / 8) % 4 != 0 ? -1 : (long) p + q;
      case INT8_DELTA:
        return p > count || q - 8 < p ? -1 : (long) p + q;
      default:
        return -1;
    }
  }
}
