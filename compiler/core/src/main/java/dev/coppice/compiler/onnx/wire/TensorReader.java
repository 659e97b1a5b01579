package dev.coppice.compiler.onnx.wire;

import com.google.protobuf.ByteString;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.onnx.wire.proto.TensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;

/** Turns messages into tensors, trusting nothing that they declare. */
public final class TensorReader {
  private static final int MAX_RANK = 32;

  private final SourceRef where;
  private final ImportLimits limits;
  private long expanded;

  /**
   * A reader.
   *
   * @param where what diagnostics point at
   * @param limits bounds what sparse tensors may expand to, each and together
   */
  public TensorReader(SourceRef where, ImportLimits limits) {
    this.where = where;
    this.limits = limits;
  }

  /**
   * The tensor that {@code proto} holds as raw or typed data.
   *
   * @throws CompileException if its type is not supported, its dimensions are not valid, or its
   *     data does not have as many elements
   */
  public Tensor read(TensorProto proto) {
    TensorType type = type(proto);
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw invalid(
          proto.getName(), "its data is in another file, and there is no folder to read from");
    }
    if (proto.hasSegment()) {
      throw invalid(proto.getName(), "it is stored in segments, which is not supported");
    }
    TypedData typed = new TypedData(proto, type.dtype());
    int n = type.shape().size();
    if (proto.hasRawData() && (typed.length() == 0 || !proto.getRawData().isEmpty())) {
      if (typed.length() > 0) {
        throw invalid(proto.getName(), "it has both raw and typed data");
      }
      return raw(proto, type);
    }
    if (typed.length() != (Packing.isPacked(type.dtype()) ? Packing.bytes(type) : n)) {
      throw invalid(
          proto.getName(),
          String.format(
              Locale.ROOT,
              "%s has %d elements, its data field %s has %d",
              type,
              n,
              typed.field(),
              typed.length()));
    }
    return typed.read(
        type, value -> invalid(proto.getName(), value + " does not fit " + type.dtype()));
  }

  /** The type that {@code proto} declares, validated; see {@link #read(TensorProto)}. */
  public TensorType type(TensorProto proto) {
    DType dtype =
        DType.ofOnnx(proto.getDataType())
            .orElseThrow(
                () ->
                    new CompileException(
                        DiagnosticCode.UNSUPPORTED_TYPE,
                        where,
                        typeName(proto.getDataType()),
                        "tensor '" + proto.getName() + "' has it"));
    return new TensorType(dtype, shape(proto.getName(), proto.getDimsList()));
  }

  /**
   * The name of a {@code TensorProto.DataType} value as the specification spells it, or its number.
   */
  public static String typeName(int code) {
    TensorProto.DataType type = TensorProto.DataType.forNumber(code);
    return type == null ? "number " + code : type.name();
  }

  /**
   * The tensor that {@code proto} holds in coordinate form, expanded.
   *
   * @throws CompileException as {@link #read(TensorProto)}, or if an index is out of bounds or the
   *     result exceeds the limits
   */
  public Tensor read(SparseTensorProto proto) {
    String name = proto.getValues().getName();
    Shape shape = shape(name, proto.getDimsList());
    Tensor values = read(proto.getValues());
    TensorType type = new TensorType(values.dtype(), shape);
    if (values.shape().rank() != 1) {
      throw invalid(name, "its sparse values are " + values.type() + ", expected one axis");
    }
    if (values.size() == 0) {
      return Tensor.splatLong(type, 0);
    }
    Tensor indices = read(proto.getIndices());
    int rank = shape.rank();
    boolean linear = indices.shape().equals(values.shape());
    boolean coordinates = indices.shape().equals(Shape.of(values.size(), rank));
    if (indices.dtype() != DType.INT64 || !linear && !coordinates) {
      throw invalid(
          name, "its sparse indices are " + indices.type() + ", its values " + values.type());
    }
    if (type.bytes() > limits.constantBytes()) {
      throw new CompileException(
          DiagnosticCode.LIMIT_EXCEEDED,
          where,
          "sparse tensor '"
              + name
              + "' expands to "
              + type.bytes()
              + " bytes, the limit is "
              + limits.constantBytes());
    }
    expanded += type.bytes();
    if (expanded > limits.constantBytes()) {
      throw new CompileException(
          DiagnosticCode.LIMIT_EXCEEDED,
          where,
          "its sparse tensors expand to more than " + limits.constantBytes() + " bytes together");
    }
    Object dense = Tensor.newArray(type.dtype(), shape.size());
    Object sparse = values.toArray();
    for (int i = 0; i < values.size(); i++) {
      System.arraycopy(sparse, i, dense, linear(name, shape, indices, i, linear), 1);
    }
    return Tensor.adopt(type, dense);
  }

  private int linear(String name, Shape shape, Tensor indices, int i, boolean linear) {
    if (linear) {
      long at = indices.longAt(i);
      if (at < 0 || at >= shape.size()) {
        throw invalid(name, "sparse index " + at + " is outside " + shape);
      }
      return (int) at;
    }
    int[] strides = shape.strides();
    int at = 0;
    for (int a = 0; a < shape.rank(); a++) {
      long c = indices.longAt(i * shape.rank() + a);
      if (c < 0 || c >= shape.dim(a)) {
        throw invalid(name, "sparse index " + c + " is outside axis " + a + " of " + shape);
      }
      at += (int) c * strides[a];
    }
    return at;
  }

  private Shape shape(String name, List<Long> dims) {
    if (dims.size() > MAX_RANK) {
      throw invalid(
          name, "it has " + dims.size() + " axes, at most " + MAX_RANK + " are supported");
    }
    int[] checked = new int[dims.size()];
    for (int i = 0; i < checked.length; i++) {
      long dim = dims.get(i);
      if (dim < 0) {
        throw invalid(name, "dimension " + dim + " on axis " + i + " is negative");
      }
      if (dim > Integer.MAX_VALUE) {
        throw invalid(name, "dimension " + dim + " on axis " + i + " is larger than 2^31-1");
      }
      checked[i] = (int) dim;
    }
    try {
      return Shape.of(checked);
    } catch (IllegalArgumentException e) {
      throw invalid(name, String.valueOf(e.getMessage()));
    }
  }

  private Tensor raw(TensorProto proto, TensorType type) {
    ByteString data = proto.getRawData();
    if (data.size() != Packing.bytes(type)) {
      throw invalid(
          proto.getName(),
          type + " takes " + Packing.bytes(type) + " bytes, its raw data has " + data.size());
    }
    if (Packing.isPacked(type.dtype())) {
      return Packing.unpack(type, data::byteAt);
    }
    int n = type.shape().size();
    Object array = Tensor.newArray(type.dtype(), n);
    ByteBuffer bytes = data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    switch (type.dtype().storage()) {
      case FLOAT -> bytes.asFloatBuffer().get((float[]) array);
      case DOUBLE -> bytes.asDoubleBuffer().get((double[]) array);
      case SHORT -> bytes.asShortBuffer().get((short[]) array);
      case INT -> bytes.asIntBuffer().get((int[]) array);
      case LONG -> bytes.asLongBuffer().get((long[]) array);
      case BYTE -> bytes.get((byte[]) array);
      case BOOLEAN -> {
        for (int i = 0; i < n; i++) {
          ((boolean[]) array)[i] = bytes.get() != 0;
        }
      }
    }
    return Tensor.adopt(type, array);
  }

  private CompileException invalid(String tensor, String problem) {
    return new CompileException(DiagnosticCode.TENSOR_INVALID, where, tensor, problem);
  }
}
