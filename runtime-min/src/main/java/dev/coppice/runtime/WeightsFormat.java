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
 * <tr><td>{@link #CONSTANT}</td><td>one value as float, which every element has</td></tr>
 * <tr><td>{@link #CODED}, {@link #CODED_INT8}, {@link #CODED_INT16}</td><td>Q bytes: a head, tables
 *     and a stream of bits, see below; P is the number of values in the stream</td></tr>
 * <tr><td>{@link #ORDER}</td><td>Q bytes: N elements as places in the section that is the P-th
 *     behind this one, see below</td></tr>
 * </table>
 *
 * <p>A coded section begins with these parts, each there or not as the head says:
 *
 * <pre>
 * head     1 byte   what symbols stand for, one of {@link #FLOATS} to {@link #BOOK_INT16}
 *          1 byte   bits of a symbol, 0 to 32, or {@link #HUFFMAN}
 *          1 byte   bits of a gap, 1 to 16, or {@link #HUFFMAN} or {@link #DENSE}
 *          1 byte   {@link #SCALES} if there are scales, {@link #DELTAS} if values are sums
 * symbols  2 bytes  number K of different symbols           (Huffman codes and books)
 *          4 bytes  the integer that symbol 0 stands for    (INTEGERS)
 *          K entries of 4 or 2 bytes                        (books)
 *          ceil(K / 2) bytes: code lengths                  (Huffman codes)
 * gaps     2 bytes  number G of different gaps              (Huffman codes)
 *          ceil(G / 2) bytes: code lengths                  (Huffman codes)
 * scales   4 bytes  number of parts
 *          4 ints a part: its elements E, channels C, stride S and period R
 *          C * E / R floats a part; its element i has scale i / R * C + i % R / S % C
 * </pre>
 *
 * <p>The stream is read from the lowest bit of each byte up. Dense, it is the symbols of the first
 * P elements. With gaps, which are G = 2^bits symbols if not Huffman-coded, the number of zeros
 * before each of the P values stands before its symbol; the last gap, G - 1, stands for so many
 * zeros with no value behind them, so that another gap follows. Elements after the last value are
 * zero.
 *
 * <p>Huffman codes are canonical: two code lengths a byte, that of the even symbol in the low bits,
 * 0 for symbols that do not occur, at most {@value #MAX_CODE_BITS}; codes are counted up by length,
 * then by symbol, and come with their first bit lowest.
 *
 * <p>The elements of a section of floats, bytes or 16-bit integers can be read in other orders than
 * that in which they are stored: for each there is an ORDER before the section. It is a list of
 * nodes, which are put one after the other. Their numbers have 7 bits a byte, the lowest first, the
 * highest bit of a byte being set if another one follows; 4 times a count and a kind, then numbers
 * of both signs: 0, -1, 1, -2 and so on as 0, 1, 2, 3.
 *
 * <pre>
 * {@link #RUN}    4 n + 0, first place, stride                 n elements
 * {@link #ZEROS}  4 n + 1                                      n zeros, of no place
 * {@link #LOOP}   4 n + 2, first place, stride, K, K nodes     the nodes n times, stride farther each
 * </pre>
 *
 * <p>Places of nodes in a loop count from its own; loops are at most {@value #MAX_LOOPS} deep.
 */
public final class WeightsFormat {
  /** The magic number: the bytes {@code CPCE} read as a little-endian int. */
  public static final int MAGIC = 'C' | ('P' << 8) | ('C' << 16) | ('E' << 24);

  /** The version that this runtime reads. */
  public static final int VERSION = 3;

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

  /** Floats that are all the same. */
  public static final int CONSTANT = 4;

  /** Symbols for floats. */
  public static final int CODED = 5;

  /** Bytes, signed or unsigned. */
  public static final int INT8 = 6;

  /** 16-bit integers. */
  public static final int INT16 = 7;

  /** 32-bit integers. */
  public static final int INT32 = 8;

  /** 64-bit integers. */
  public static final int INT64 = 9;

  /** IEEE 754 binary64. */
  public static final int FLOAT64 = 10;

  /** Booleans, a byte each. */
  public static final int BOOL = 11;

  /** Symbols for bytes. */
  public static final int CODED_INT8 = 12;

  /** Symbols for 16-bit integers. */
  public static final int CODED_INT16 = 13;

  /** The order in which the elements of another section are read. */
  public static final int ORDER = 14;

  /** A symbol is the bits of a binary32. */
  public static final int FLOATS = 0;

  /** A symbol is the bits of a binary16. */
  public static final int HALVES = 1;

  /** A symbol is the upper half of the bits of a binary32. */
  public static final int BFLOATS = 2;

  /** A symbol is an integer, counted from a first one. */
  public static final int INTEGERS = 3;

  /** A symbol is the index of a float in a codebook. */
  public static final int BOOK_FLOAT = 4;

  /** A symbol is the index of a binary16 in a codebook. */
  public static final int BOOK_HALF = 5;

  /** A symbol is the index of an integer of 16 bits in a codebook. */
  public static final int BOOK_INT16 = 6;

  /** Instead of a number of bits: a Huffman code. */
  public static final int HUFFMAN = 255;

  /** Instead of the bits of a gap: no element before the last value is left out. */
  public static final int DENSE = 0;

  /** Elements are multiplied with scales. */
  public static final int SCALES = 1;

  /** An element is the sum of all integers in the stream up to its own. */
  public static final int DELTAS = 2;

  /** The longest Huffman code. */
  public static final int MAX_CODE_BITS = 12;

  /** Most symbols of a Huffman code or a codebook. */
  public static final int MAX_SYMBOLS = 1 << MAX_CODE_BITS;

  /** Elements at equal distances. */
  public static final int RUN = 0;

  /** Zeros that are not stored. */
  public static final int ZEROS = 1;

  /** Nodes that are repeated at equal distances. */
  public static final int LOOP = 2;

  /** Most loops within each other. */
  public static final int MAX_LOOPS = 16;

  /** Bytes of the head of a coded section. */
  public static final int CODED_HEAD_BYTES = 4;

  private static final String[] NAMES = {
    "?",
    "FP32",
    "FP16",
    "BF16",
    "CONSTANT",
    "CODED",
    "INT8",
    "INT16",
    "INT32",
    "INT64",
    "FLOAT64",
    "BOOL",
    "CODED_INT8",
    "CODED_INT16",
    "ORDER"
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
      case CONSTANT:
        return 4;
      case CODED:
      case CODED_INT8:
      case CODED_INT16:
        return p > count || q < CODED_HEAD_BYTES ? -1 : q;
      case ORDER:
        return p == 0 ? -1 : q;
      default:
        return -1;
    }
  }
}
