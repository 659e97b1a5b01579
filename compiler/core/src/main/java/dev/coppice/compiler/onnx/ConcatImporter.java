package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Concat;
import java.util.List;

/** Concat, since 4; negative axes since 11. */
final class ConcatImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    int axis = AxisArguments.normalize(node.attributes().integer("axis"), node.shape(0).rank());
    List<Value> parts = node.inputs();
    return parts.size() == 1 ? parts : node.emit(new Concat(axis), parts);
  }
}
