package dev.coppice.compiler.compress.model;

import dev.coppice.compiler.onnx.wire.proto.TensorShapeProto;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.TensorType;

/** Declarations of tensors. */
final class ValueInfos {
  private ValueInfos() {}

  /** The declaration of a tensor {@code name}. */
  static ValueInfoProto of(String name, TensorType type) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : type.shape().dims()) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.dtype().onnxCode()).setShape(shape).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
