package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;

/** Flatten, since 1: two axes, the first made of those before {@code axis}; becomes Reshape. */
final class FlattenImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Shape x = node.shape(0);
    int axis = AxisArguments.between(node.attributes().integer("axis", 1), x.rank());
    return List.of(
        node.reshape(node.input(0), List.of(x.sizeOf(0, axis), x.sizeOf(axis, x.rank()))));
  }
}
