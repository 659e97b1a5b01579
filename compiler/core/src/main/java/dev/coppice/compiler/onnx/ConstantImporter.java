package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto.AttributeType;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Constant, since 1: one of several attributes holds the value. */
final class ConstantImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    if (a.has("value_string") || a.has("value_strings")) {
      throw node.unsupportedType("STRING", "the constant has it");
    }
    List<Tensor> given = new ArrayList<>();
    node.tensor("value").ifPresent(given::add);
    node.sparseTensor("sparse_value").ifPresent(given::add);
    a.get("value_float", AttributeType.FLOAT, AttributeProto::getF)
        .map(Tensor::scalar)
        .ifPresent(given::add);
    a.get("value_int", AttributeType.INT, AttributeProto::getI)
        .map(v -> Tensor.ofLongs(Shape.SCALAR, v))
        .ifPresent(given::add);
    a.numbers("value_floats").map(ConstantImporter::floats).ifPresent(given::add);
    Optional<List<Long>> longs = a.longIntegers("value_ints");
    longs
        .map(v -> Tensor.fromLongs(TensorType.of(DType.INT64, v.size()), v::get))
        .ifPresent(given::add);
    if (given.size() != 1) {
      throw new IllegalArgumentException(
          "it has " + given.size() + " value attributes, expected one");
    }
    return List.of(node.constant(given.get(0)));
  }

  private static Tensor floats(List<Float> values) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, values.size()), values::get);
  }
}
