package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import java.util.ArrayList;
import java.util.List;

/** Values as rows of a collection. */
final class Rows {
  private Rows() {}

  /** {@code element} with an axis of one element in front. */
  static Value of(NodeContext node, Value element) {
    List<Integer> shape = new ArrayList<>(List.of(1));
    for (int d : element.type().shape().dims()) {
      shape.add(d);
    }
    return node.reshape(element, shape);
  }
}
