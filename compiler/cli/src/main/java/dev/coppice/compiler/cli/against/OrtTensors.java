package dev.coppice.compiler.cli.against;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/** Tensors to and from ONNX Runtime's memory. */
final class OrtTensors {
  private OrtTensors() {}

  /** A copy of {@code tensor} in native memory. */
  static OnnxTensor write(OrtEnvironment environment, Tensor tensor) throws OrtException {
    int bytes = Math.toIntExact(tensor.type().bytes());
    ByteBuffer data = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    Object array = tensor.toArray();
    switch (tensor.dtype().storage()) {
      case FLOAT -> data.asFloatBuffer().put((float[]) array);
      case DOUBLE -> data.asDoubleBuffer().put((double[]) array);
      case SHORT -> data.asShortBuffer().put((short[]) array);
      case INT -> data.asIntBuffer().put((int[]) array);
      case LONG -> data.asLongBuffer().put((long[]) array);
      case BYTE -> data.duplicate().put((byte[]) array);
      case BOOLEAN -> {
        for (int i = 0; i < bytes; i++) {
          data.put(i, (byte) (((boolean[]) array)[i] ? 1 : 0));
        }
      }
    }
    long[] dims = Arrays.stream(tensor.shape().dims()).asLongStream().toArray();
    return OnnxTensor.createTensor(environment, data, dims, javaType(tensor.dtype()));
  }

  /** A copy of {@code tensor}. */
  static Tensor read(OnnxTensor tensor) {
    int[] dims = Arrays.stream(tensor.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    TensorType type = new TensorType(dtype(tensor.getInfo().type), Shape.of(dims));
    Object array = Tensor.newArray(type.dtype(), type.shape().size());
    if (type.shape().size() == 0) {
      return Tensor.adopt(type, array);
    }
    ByteBuffer data =
        Objects.requireNonNull(tensor.getByteBuffer(), "a tensor without data")
            .order(ByteOrder.nativeOrder());
    switch (type.dtype().storage()) {
      case FLOAT -> data.asFloatBuffer().get((float[]) array);
      case DOUBLE -> data.asDoubleBuffer().get((double[]) array);
      case SHORT -> data.asShortBuffer().get((short[]) array);
      case INT -> data.asIntBuffer().get((int[]) array);
      case LONG -> data.asLongBuffer().get((long[]) array);
      case BYTE -> data.get((byte[]) array);
      case BOOLEAN -> {
        for (int i = 0; i < type.shape().size(); i++) {
          ((boolean[]) array)[i] = data.get(i) != 0;
        }
      }
    }
    return Tensor.adopt(type, array);
  }

  /** The type of an input that is given {@code count} elements where its shape leaves it open. */
  static TensorType type(TensorInfo info, int count) {
    int[] dims =
        Arrays.stream(info.getShape()).mapToInt(d -> d < 0 ? count : Math.toIntExact(d)).toArray();
    return new TensorType(dtype(info.type), Shape.of(dims));
  }

  private static OnnxJavaType javaType(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
      default ->
          throw new UnsupportedOperationException(
              "ONNX Runtime for Java takes no input of type " + dtype);
    };
  }

  private static DType dtype(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> DType.FLOAT32;
      case DOUBLE -> DType.FLOAT64;
      case FLOAT16 -> DType.FLOAT16;
      case BFLOAT16 -> DType.BFLOAT16;
      case INT8 -> DType.INT8;
      case UINT8 -> DType.UINT8;
      case INT16 -> DType.INT16;
      case INT32 -> DType.INT32;
      case INT64 -> DType.INT64;
      case BOOL -> DType.BOOL;
      default ->
          throw new UnsupportedOperationException(
              "ONNX Runtime for Java gives no numbers of type " + type);
    };
  }
}
