package dev.coppice.compiler.onnx.wire;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.function.LongFunction;

/**
 * The elements of a tensor message in the field of their type: float_data, double_data, int64_data,
 * uint64_data (which holds uint32 too) or int32_data (which holds everything narrower, floats of 16
 * and fewer bits as bits, elements of fewer than 8 bits several to a byte).
 */
record TypedData(TensorProto proto, DType dtype) {

  /** Name of the field. */
  String field() {
    return switch (dtype) {
      case FLOAT32 -> "float_data";
      case FLOAT64 -> "double_data";
      case INT64 -> "int64_data";
      case UINT32, UINT64 -> "uint64_data";
      default -> "int32_data";
    };
  }

  /** Number of elements, or of bytes that elements share, that are present. */
  int length() {
    return switch (dtype) {
      case FLOAT32 -> proto.getFloatDataCount();
      case FLOAT64 -> proto.getDoubleDataCount();
      case INT64 -> proto.getInt64DataCount();
      case UINT32, UINT64 -> proto.getUint64DataCount();
      default -> proto.getInt32DataCount();
    };
  }

  /**
   * The elements as a tensor.
   *
   * @param type a type of which {@link #length} holds all elements
   * @param misfit the complaint about a value that is too wide for the type
   */
  Tensor read(TensorType type, LongFunction<CompileException> misfit) {
    return switch (dtype) {
      case FLOAT32 -> {
        float[] values = new float[length()];
        for (int i = 0; i < values.length; i++) {
          values[i] = proto.getFloatData(i);
        }
        yield Tensor.adopt(type, values);
      }
      case FLOAT64 -> Tensor.fromDoubles(type, proto::getDoubleData);
      case INT64 -> Tensor.fromLongs(type, proto::getInt64Data);
      case UINT64 -> Tensor.fromLongs(type, proto::getUint64Data);
      case UINT32 -> Tensor.fromLongs(type, i -> fitting(proto.getUint64Data(i), misfit));
      case INT32 -> Tensor.fromLongs(type, proto::getInt32Data);
      case FLOAT16, BFLOAT16 -> {
        short[] bits = new short[length()];
        for (int i = 0; i < bits.length; i++) {
          bits[i] = (short) fitting(proto.getInt32Data(i), misfit);
        }
        yield Tensor.adopt(type, bits);
      }
      case INT4, UINT4, INT2, UINT2, FLOAT4E2M1 ->
          Packing.unpack(type, i -> (int) fitting(proto.getInt32Data(i), misfit));
      default -> Tensor.fromLongs(type, i -> fitting(proto.getInt32Data(i), misfit));
    };
  }

  /**
   * {@code value} if it is one of the type's width, signed or not: writers disagree about which
   * they store.
   */
  private long fitting(long value, LongFunction<CompileException> misfit) {
    int bits = dtype.bytes() * 8;
    if (value < -(1L << (bits - 1)) || value >= 1L << bits) {
      throw misfit.apply(value);
    }
    return value;
  }
}
