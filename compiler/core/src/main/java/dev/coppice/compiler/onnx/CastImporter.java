package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.tensor.DType;
import java.util.List;

/**
 * Cast, since 6, and CastLike, since 15; attributes about float8 change nothing, as these types are
 * not supported.
 */
final class CastImporter {
  private CastImporter() {}

  /** Cast to the type in attribute {@code to}. */
  static List<Value> to(NodeContext node) {
    node.attributes().ignore("saturate", "round_mode");
    int code = node.attributes().integer("to");
    DType to =
        DType.ofOnnx(code)
            .orElseThrow(
                () -> node.unsupportedType(TensorReader.typeName(code), "the cast gives it"));
    return List.of(cast(node, node.input(0), to));
  }

  /** Cast to the type of operand 1. */
  static List<Value> like(NodeContext node) {
    node.attributes().ignore("saturate", "round_mode");
    return List.of(cast(node, node.input(0), node.type(1).dtype()));
  }

  /** {@code x} converted to {@code to}; {@code x} itself if it has that type. */
  static Value cast(NodeContext node, Value x, DType to) {
    return x.type().dtype() == to ? x : node.add(new Cast(to), x);
  }
}
