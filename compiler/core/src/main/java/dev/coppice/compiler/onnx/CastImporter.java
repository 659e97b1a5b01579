package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.op.BitCast;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.ToMiniFloat;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.MiniFloat;
import java.util.List;
import java.util.Locale;

/**
 * Cast, since 6, CastLike, since 15, and BitCast, since 26. How values become floats of 8 bits is
 * an attribute since 19, and since 24 for powers of two.
 */
final class CastImporter {
  private CastImporter() {}

  /** Cast to the type in attribute {@code to}. */
  static List<Value> to(NodeContext node) {
    int code = node.attributes().integer("to");
    DType to =
        DType.ofOnnx(code)
            .orElseThrow(
                () -> node.unsupportedType(TensorReader.typeName(code), "the cast gives it"));
    return List.of(converted(node, to));
  }

  /** Cast to the type of operand 1. */
  static List<Value> like(NodeContext node) {
    return List.of(converted(node, node.type(1).dtype()));
  }

  private static Value converted(NodeContext node, DType to) {
    boolean saturate = node.attributes().flag("saturate", true);
    MiniFloat.Rounding rounding =
        MiniFloat.Rounding.valueOf(
            node.choice("round_mode", "up", "down", "nearest").toUpperCase(Locale.ROOT));
    Value x = node.input(0);
    if (to.miniFloat().isEmpty() || x.type().dtype() == to) {
      return cast(node, x, to);
    }
    Value wide = x.type().dtype() == DType.FLOAT64 ? x : cast(node, x, DType.FLOAT32);
    return node.add(new ToMiniFloat(to, saturate, rounding), wide);
  }

  /** BitCast, since 26. */
  static List<Value> bits(NodeContext node) {
    int code = node.attributes().integer("to");
    DType to =
        DType.ofOnnx(code)
            .orElseThrow(
                () -> node.unsupportedType(TensorReader.typeName(code), "the cast gives it"));
    return node.all(new BitCast(to));
  }

  /** {@code x} converted to {@code to}; {@code x} itself if it has that type. */
  static Value cast(NodeContext node, Value x, DType to) {
    return x.type().dtype() == to ? x : node.add(new Cast(to), x);
  }
}
