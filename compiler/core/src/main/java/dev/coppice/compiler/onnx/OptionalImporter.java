package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.Containers.Container;
import dev.coppice.compiler.onnx.Containers.Kind;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto.AttributeType;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/** The operators on optionals, since 15: whether one holds something is known at import. */
final class OptionalImporter {
  private OptionalImporter() {}

  /** Optional: holds the operand, or nothing of the type that attribute {@code type} gives. */
  static List<Value> make(NodeContext node) {
    Optional<TypeProto> type =
        node.attributes().get("type", AttributeType.TYPE_PROTO, AttributeProto::getTp);
    DType elements =
        node.has(0)
            ? node.type(0).dtype()
            : type.flatMap(OptionalImporter::elements).orElse(DType.FLOAT32);
    return List.of(node.optional(elements, node.given()));
  }

  /** OptionalHasElement: a boolean without axes; true of a tensor or sequence, since 18. */
  static List<Value> has(NodeContext node) {
    boolean has = node.has(0) && content(node).isPresent();
    return List.of(node.constant(Tensor.splatLong(TensorType.of(DType.BOOL), has ? 1 : 0)));
  }

  /** OptionalGetElement: what is held; a tensor or sequence itself, since 18. */
  static List<Value> get(NodeContext node) {
    return List.of(
        content(node)
            .orElseThrow(
                () -> new IllegalArgumentException("the optional is empty: it has no element")));
  }

  private static Optional<Value> content(NodeContext node) {
    Optional<Container> container =
        node.container(node.input(0)).filter(c -> c.kind() == Kind.OPTIONAL);
    return container.isPresent()
        ? container.get().parts().stream().findFirst()
        : Optional.of(node.input(0));
  }

  private static Optional<DType> elements(TypeProto type) {
    return type.hasSequenceType()
        ? elements(type.getSequenceType().getElemType())
        : DType.ofOnnx(type.getTensorType().getElemType());
  }
}
