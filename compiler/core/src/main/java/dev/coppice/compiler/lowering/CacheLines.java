package dev.coppice.compiler.lowering;

/** Where cache lines begin in arrays of floats, so that no register is loaded from two of them. */
public final class CacheLines {
  /** Floats of a cache line. */
  private static final int LINE = 16;

  /**
   * The element of a large array that is the first of a cache line: HotSpot's G1 puts such arrays
   * at the beginning of a region, and 16 bytes precede their elements.
   */
  private static final int FIRST = 12;

  /** Floats of an array that G1 treats so where regions are of 1 MiB, as with heaps below 4 GiB. */
  private static final int LARGE = 1 << 17;

  private CacheLines() {}

  /** The first element of an array of {@code length} floats or a few more that begins a line. */
  public static int first(long length) {
    return length < LARGE ? 0 : FIRST;
  }

  /**
   * The length of an array of {@code length} floats or a few more, so that such arrays, made one
   * behind the other, begin alike in their lines.
   */
  static int apart(int length) {
    return (length + LINE - 1 - FIRST) / LINE * LINE + FIRST;
  }

  /** {@code length} elements and as many more as fill the last line. */
  public static int whole(int length) {
    return Math.addExact(length, LINE - 1) / LINE * LINE;
  }
}
