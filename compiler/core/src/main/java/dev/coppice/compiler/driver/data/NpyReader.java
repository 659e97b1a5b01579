package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * NumPy's {@code .npy} format, versions 1 to 3: magic, version, length of the header, a Python
 * dictionary with {@code descr}, {@code fortran_order} and {@code shape}, then the elements.
 */
final class NpyReader {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCR = Pattern.compile("'descr':\\s*'([<>|=])([a-zA-Z])(\\d+)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order':\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape':\\s*\\(([0-9, L]*)\\)");

  private NpyReader() {}

  /** Whether {@code file} starts as a {@code .npy} file does. */
  static boolean accepts(ByteBuffer file) {
    return file.remaining() >= MAGIC.length
        && ByteBuffer.wrap(MAGIC).equals(file.slice(0, MAGIC.length));
  }

  /** The array in {@code file}, row-major whatever order the file has. */
  static Tensor read(ByteBuffer file) throws MalformedData {
    ByteBuffer data = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (!accepts(data) || data.remaining() < 12) {
      throw new MalformedData("this is no .npy file, or its header is cut short");
    }
    int major = data.get(6);
    data.position(8);
    long length = major == 1 ? data.getShort() & 0xFFFF : data.getInt() & 0xFFFFFFFFL;
    if (major < 1 || major > 3 || length > data.remaining()) {
      throw new MalformedData("header of version " + major + " with " + length + " bytes");
    }
    byte[] text = new byte[(int) length];
    data.get(text);
    String header = new String(text, StandardCharsets.UTF_8);
    Matcher descr = find(DESCR, header, "an element type of numbers");
    boolean fortran = find(FORTRAN, header, "fortran_order").group(1).equals("True");
    long[] dims = dims(find(SHAPE, header, "a shape").group(1));
    data.order(descr.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    DType dtype = dtype(descr.group(2) + descr.group(3));
    return fortran ? rowMajor(dtype, dims, data) : ArrayBytes.tensor(dtype, dims, data);
  }

  private static Matcher find(Pattern pattern, String header, String what) throws MalformedData {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new MalformedData("the header names no " + what + ": " + header.trim());
    }
    return matcher;
  }

  private static long[] dims(String text) throws MalformedData {
    String trimmed = text.replace("L", "").trim();
    if (trimmed.isEmpty()) {
      return new long[0];
    }
    String[] parts = trimmed.split(",");
    long[] dims = new long[parts.length];
    try {
      for (int i = 0; i < parts.length; i++) {
        dims[i] = Long.parseLong(parts[i].trim());
      }
    } catch (NumberFormatException e) {
      throw new MalformedData("the shape is (" + text + ")");
    }
    return dims;
  }

  private static DType dtype(String code) throws MalformedData {
    return switch (code) {
      case "f4" -> DType.FLOAT32;
      case "f8" -> DType.FLOAT64;
      case "f2" -> DType.FLOAT16;
      case "i1" -> DType.INT8;
      case "i2" -> DType.INT16;
      case "i4" -> DType.INT32;
      case "i8" -> DType.INT64;
      case "u1" -> DType.UINT8;
      case "u2" -> DType.UINT16;
      case "u4" -> DType.UINT32;
      case "u8" -> DType.UINT64;
      case "b1" -> DType.BOOL;
      default -> throw new MalformedData("element type '" + code + "' is not one of numbers");
    };
  }

  /** Column-major elements are those of the reversed shape, transposed. */
  private static Tensor rowMajor(DType dtype, long[] dims, ByteBuffer data) throws MalformedData {
    int rank = dims.length;
    long[] reversed = new long[rank];
    for (int i = 0; i < rank; i++) {
      reversed[i] = dims[rank - 1 - i];
    }
    Tensor columns = ArrayBytes.tensor(dtype, reversed, data);
    int[] from = columns.shape().strides();
    int[] shape = new int[rank];
    for (int i = 0; i < rank; i++) {
      shape[i] = (int) dims[i];
    }
    int[] strides = Shape.of(shape).strides();
    return columns.gather(
        Shape.of(shape),
        i -> {
          int source = 0;
          for (int axis = 0; axis < rank; axis++) {
            source += i / strides[axis] % shape[axis] * from[rank - 1 - axis];
          }
          return source;
        });
  }
}
