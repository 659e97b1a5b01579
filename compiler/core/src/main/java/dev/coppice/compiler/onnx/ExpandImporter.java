package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Expand;
import dev.coppice.compiler.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/** Expand, since 8: the result has the shape that operand and wish broadcast to. */
final class ExpandImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Shape wish = Shape.of(node.requiredIntegers(1, "shape"));
    return List.of(expand(node, node.input(0), Shape.broadcast(node.shape(0), wish)));
  }

  /** {@code x} repeated to {@code shape}; {@code x} itself if it has that shape. */
  static Value expand(NodeContext node, Value x, Shape shape) {
    if (x.type().shape().equals(shape)) {
      return x;
    }
    return node.add(new Expand(Arrays.stream(shape.dims()).boxed().toList()), x);
  }
}
