package dev.coppice.compiler.onnx;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** Reads the values that a user binds an input to. */
public final class Literals {
  private Literals() {}

  /** Number of elements that {@code text} gives. */
  public static int count(String text) {
    return elements(text).size();
  }

  /**
   * The tensor of {@code type} that {@code text} gives: one literal for every element, or all
   * elements separated by commas.
   *
   * @throws IllegalArgumentException if a literal is not of the type, or there are too many or too
   *     few, with the reason
   */
  public static Tensor parse(String text, TensorType type) {
    List<String> parts = elements(text);
    int n = type.shape().size();
    if (parts.size() != 1 && parts.size() != n) {
      throw new IllegalArgumentException(
          "it gives " + parts.size() + " values, " + type + " takes 1 or " + n);
    }
    if (type.dtype().isFloat()) {
      double[] values = parts.stream().mapToDouble(p -> number(p, type.dtype())).toArray();
      return values.length == n
          ? Tensor.fromDoubles(type, i -> values[i])
          : Tensor.splat(type, values[0]);
    }
    long[] values = parts.stream().mapToLong(p -> integer(p, type.dtype())).toArray();
    return values.length == n
        ? Tensor.fromLongs(type, i -> values[i])
        : Tensor.splatLong(type, values[0]);
  }

  private static List<String> elements(String text) {
    return List.of(text.split(",", -1)).stream().map(String::strip).toList();
  }

  private static double number(String text, DType dtype) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a number, expected " + dtype, e);
    }
  }

  private static long integer(String text, DType dtype) {
    if (dtype == DType.BOOL && (text.equals("true") || text.equals("false"))) {
      return text.equals("true") ? 1 : 0;
    }
    try {
      if (dtype == DType.UINT64) {
        return Long.parseUnsignedLong(text);
      }
      long value = Long.parseLong(text);
      int bits = dtype == DType.BOOL ? 1 : dtype.bits();
      boolean fromZero = dtype.isUnsigned() || dtype == DType.BOOL;
      long min = fromZero ? 0 : -1L << (bits - 1);
      long max = ~(-1L << (bits - 1) << (fromZero ? 1 : 0));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, together with what is out of range.
    }
    throw new IllegalArgumentException("'" + text + "' is not a value of type " + dtype);
  }
}
