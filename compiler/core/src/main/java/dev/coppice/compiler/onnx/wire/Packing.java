package dev.coppice.compiler.onnx.wire;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.function.IntUnaryOperator;

/** Elements of fewer than 8 bits as messages hold them: several to a byte, the first lowest. */
final class Packing {
  private Packing() {}

  /** Whether elements of {@code dtype} share bytes. */
  static boolean isPacked(DType dtype) {
    return dtype.bits() < 8;
  }

  /** Bytes that the elements of {@code type} take in a message. */
  static long bytes(TensorType type) {
    return isPacked(type.dtype())
        ? ((long) type.shape().size() * type.dtype().bits() + 7) / 8
        : type.bytes();
  }

  /** The tensor whose bytes {@code byteAt} gives. */
  static Tensor unpack(TensorType type, IntUnaryOperator byteAt) {
    int bits = type.dtype().bits();
    int each = 8 / bits;
    return Tensor.fromLongs(
        type, i -> byteAt.applyAsInt(i / each) >> (i % each * bits) & (1 << bits) - 1);
  }

  /** The bytes of {@code tensor}. */
  static byte[] pack(Tensor tensor) {
    int bits = tensor.dtype().bits();
    int each = 8 / bits;
    byte[] packed = new byte[(int) bytes(tensor.type())];
    for (int i = 0; i < tensor.size(); i++) {
      packed[i / each] |= (byte) ((tensor.longAt(i) & (1 << bits) - 1) << (i % each * bits));
    }
    return packed;
  }
}
