package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Range, since 11: its length follows from its operands; when these are constants, so is the
 * result.
 */
final class RangeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    node.attributes().ignore("stash_type");
    for (int i = 0; i < node.inputCount(); i++) {
      if (node.constant(i).isEmpty()) {
        return List.of(RuntimeShapes.range(node));
      }
    }
    Tensor start = scalar(node, 0, "start");
    Tensor limit = scalar(node, 1, "limit");
    Tensor delta = scalar(node, 2, "delta");
    if (start.dtype() != limit.dtype() || start.dtype() != delta.dtype()) {
      throw new IllegalArgumentException(
          "start, limit and delta are of types "
              + List.of(start.dtype(), limit.dtype(), delta.dtype())
              + ", expected one type");
    }
    if (delta.doubleAt(0) == 0) {
      throw new IllegalArgumentException("operand 'delta' is 0");
    }
    double span = (limit.doubleAt(0) - start.doubleAt(0)) / delta.doubleAt(0);
    if (!(span <= Integer.MAX_VALUE)) {
      throw new IllegalArgumentException("the range has " + span + " elements");
    }
    int n = (int) Math.max(0, Math.ceil(span));
    TensorType type = start.type().with(Shape.of(n));
    if (!node.folder().affords(type)) {
      throw node.tooLarge("the range takes " + type.bytes() + " bytes");
    }
    return List.of(
        node.constant(
            type.dtype().isFloat()
                ? Tensor.fromDoubles(type, i -> start.doubleAt(0) + i * delta.doubleAt(0))
                : Tensor.fromLongs(type, i -> start.longAt(0) + i * delta.longAt(0))));
  }

  private static Tensor scalar(NodeContext node, int i, String role) {
    Tensor t = node.constant(i, role);
    if (t.size() != 1) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + t.type() + ", expected one element");
    }
    return t;
  }
}
