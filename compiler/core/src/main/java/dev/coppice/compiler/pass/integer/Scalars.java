package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;

/** Constants that have one value. */
final class Scalars {
  private Scalars() {}

  /** The value of constant {@code v}, whose elements are equal, without axes. */
  static Value first(Graph graph, GraphPatch patch, Value v) {
    if (v.type().shape().rank() == 0) {
      return v;
    }
    Tensor data = graph.constant(v).orElseThrow();
    return patch.constant(
        v.name(), Tensor.fromDoubles(v.type().with(Shape.SCALAR), i -> data.doubleAt(0)));
  }
}
