package dev.coppice.compiler.testing;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Tensor;
import java.util.function.BiFunction;

/** Graphs with other constants. */
public final class GraphConstants {
  private GraphConstants() {}

  /** {@code graph} with {@code other} of each constant, of the same type, in its place. */
  public static Graph map(Graph graph, BiFunction<Value, Tensor, Tensor> other) {
    GraphPatch patch = new GraphPatch(graph);
    graph
        .constants()
        .forEach((v, t) -> patch.replace(v, patch.constant(v.name(), other.apply(v, t))));
    return patch.apply();
  }
}
