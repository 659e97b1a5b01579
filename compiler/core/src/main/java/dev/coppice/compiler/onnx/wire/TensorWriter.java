package dev.coppice.compiler.onnx.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Turns tensors into messages. */
public final class TensorWriter {
  private TensorWriter() {}

  /** {@code tensor} as a message called {@code name}, its elements as little-endian raw data. */
  public static TensorProto write(String name, Tensor tensor) {
    TensorProto.Builder proto =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(tensor.dtype().onnxCode())
            .setRawData(raw(tensor));
    for (int dim : tensor.shape().dims()) {
      proto.addDims(dim);
    }
    return proto.build();
  }

  private static ByteString raw(Tensor tensor) {
    if (Packing.isPacked(tensor.dtype())) {
      return UnsafeByteOperations.unsafeWrap(Packing.pack(tensor));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.toIntExact(tensor.type().bytes())).order(ByteOrder.LITTLE_ENDIAN);
    Object array = tensor.toArray();
    switch (tensor.dtype().storage()) {
      case FLOAT -> bytes.asFloatBuffer().put((float[]) array);
      case DOUBLE -> bytes.asDoubleBuffer().put((double[]) array);
      case SHORT -> bytes.asShortBuffer().put((short[]) array);
      case INT -> bytes.asIntBuffer().put((int[]) array);
      case LONG -> bytes.asLongBuffer().put((long[]) array);
      case BYTE -> bytes.put((byte[]) array).rewind();
      case BOOLEAN -> {
        for (boolean b : (boolean[]) array) {
          bytes.put((byte) (b ? 1 : 0));
        }
        bytes.rewind();
      }
    }
    return UnsafeByteOperations.unsafeWrap(bytes.array());
  }
}
