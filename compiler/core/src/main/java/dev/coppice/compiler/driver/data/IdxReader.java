package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The IDX format of MNIST: two zero bytes, a type, the rank, one big-endian int a dimension, then
 * big-endian elements.
 */
final class IdxReader {
  private IdxReader() {}

  /** Whether {@code file} starts as an IDX file does. */
  static boolean accepts(ByteBuffer file) {
    return file.remaining() >= 4
        && file.getShort(0) == 0
        && (file.get(2) >= 0x08 && file.get(2) <= 0x0E)
        && file.get(3) >= 0;
  }

  /** The array in {@code file}. */
  static Tensor read(ByteBuffer file) throws MalformedData {
    ByteBuffer data = file.duplicate().order(ByteOrder.BIG_ENDIAN);
    DType dtype = dtype(data.get(2));
    int rank = data.get(3);
    if (data.remaining() < 4 + 4L * rank) {
      throw new MalformedData("the header of " + rank + " dimensions is cut short");
    }
    data.position(4);
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = data.getInt();
    }
    return ArrayBytes.tensor(dtype, dims, data);
  }

  private static DType dtype(int code) throws MalformedData {
    return switch (code) {
      case 0x08 -> DType.UINT8;
      case 0x09 -> DType.INT8;
      case 0x0B -> DType.INT16;
      case 0x0C -> DType.INT32;
      case 0x0D -> DType.FLOAT32;
      case 0x0E -> DType.FLOAT64;
      default -> throw new MalformedData("IDX knows no element type " + code);
    };
  }
}
