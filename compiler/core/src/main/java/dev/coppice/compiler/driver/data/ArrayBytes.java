package dev.coppice.compiler.driver.data;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Tensors out of raw elements. */
final class ArrayBytes {
  private ArrayBytes() {}

  /**
   * A tensor of {@code dims} from the rest of {@code data} in the buffer's byte order.
   *
   * @throws MalformedData if the sizes do not fit
   */
  static Tensor tensor(DType dtype, long[] dims, ByteBuffer data) throws MalformedData {
    long count = 1;
    int[] shape = new int[dims.length];
    for (int i = 0; i < dims.length; i++) {
      if (dims[i] < 0 || dims[i] > Integer.MAX_VALUE) {
        throw new MalformedData("dimension " + i + " is " + dims[i]);
      }
      shape[i] = (int) dims[i];
      count = dims[i] == 0 ? 0 : count * dims[i];
      if (count > Integer.MAX_VALUE) {
        throw new MalformedData("the array has more than 2^31-1 elements");
      }
    }
    if (count * dtype.bytes() != data.remaining()) {
      throw new MalformedData(
          String.format(
              Locale.ROOT,
              "the header announces %s%s, %d bytes, but %d bytes follow it",
              dtype,
              Shape.of(shape),
              count * dtype.bytes(),
              data.remaining()));
    }
    return Tensor.adopt(new TensorType(dtype, Shape.of(shape)), array(dtype, (int) count, data));
  }

  private static Object array(DType dtype, int count, ByteBuffer data) {
    Object array = Tensor.newArray(dtype, count);
    switch (dtype.storage()) {
      case FLOAT -> data.asFloatBuffer().get((float[]) array);
      case DOUBLE -> data.asDoubleBuffer().get((double[]) array);
      case BYTE -> data.get((byte[]) array);
      case SHORT -> data.asShortBuffer().get((short[]) array);
      case INT -> data.asIntBuffer().get((int[]) array);
      case LONG -> data.asLongBuffer().get((long[]) array);
      case BOOLEAN -> {
        boolean[] flags = (boolean[]) array;
        for (int i = 0; i < count; i++) {
          flags[i] = data.get() != 0;
        }
      }
    }
    return array;
  }
}
