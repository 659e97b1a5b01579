package dev.coppice.compiler.loop;

import dev.coppice.compiler.tensor.DType;

/**
 * An array parameter of a {@link Kernel} or {@link Function}.
 *
 * @param name name in printed and emitted code, unique in its kernel; spelled as in the ONNX spec
 *     ({@code x}, {@code w}, {@code y})
 * @param dtype element type
 * @param role what it is for
 * @param layout how indices map to Java arrays
 * @param rows number of rows of a planar buffer, 1 otherwise
 * @param length elements, of each row if planar
 */
public record Buffer(String name, DType dtype, Role role, Layout layout, int rows, int length)
    implements Array {

  /** What a buffer is for. */
  public enum Role {
    /** Read only activation. */
    INPUT,
    /** Written, and possibly read back, by the kernel. */
    OUTPUT,
    /** Read only constant. */
    WEIGHTS,
    /** Undefined on entry, dead on exit. */
    SCRATCH
  }

  /** How an index maps to Java arrays. */
  public enum Layout {
    /** Part of an array: renders as an array and an element offset. */
    FLAT,
    /**
     * Rows in arrays of their own: renders as an array of arrays and a row offset. Access through
     * {@link Row}.
     */
    PLANAR,
    /** A whole array that starts at index 0; parameters of {@link Function}s only. */
    ROW
  }

  public Buffer {
    if (layout != Layout.PLANAR && rows != 1) {
      throw new IllegalArgumentException("only a planar buffer has rows: " + name);
    }
  }

  /** A flat buffer. */
  public static Buffer flat(String name, DType dtype, Role role, int length) {
    return new Buffer(name, dtype, role, Layout.FLAT, 1, length);
  }

  /** A planar buffer of {@code rows} arrays. */
  public static Buffer planar(String name, DType dtype, Role role, int rows, int length) {
    return new Buffer(name, dtype, role, Layout.PLANAR, rows, length);
  }

  /** A bare array parameter of a function. */
  public static Buffer row(String name, DType dtype, Role role, int length) {
    return new Buffer(name, dtype, role, Layout.ROW, 1, length);
  }

  /** Total elements. */
  public int size() {
    return Math.multiplyExact(rows, length);
  }

  @Override
  public Buffer buffer() {
    return this;
  }
}
