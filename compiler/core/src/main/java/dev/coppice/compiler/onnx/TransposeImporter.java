package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Transpose;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Transpose, since 1: without {@code perm} the axes are reversed. */
final class TransposeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    List<Integer> reversed = new ArrayList<>(AxisArguments.all(node.shape(0).rank()));
    Collections.reverse(reversed);
    return node.all(new Transpose(node.attributes().integers("perm").orElse(reversed)));
  }
}
