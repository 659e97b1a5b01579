package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * Subtracting a constant adds its negative.
 *
 * <pre>
 * y = Sub(x, c)
 * y = Add(x, -c)
 * </pre>
 *
 * Floats only, for which negation is exact.
 */
public final class SubtractionToAddition implements RewriteRule<Sub> {
  @Override
  public Class<Sub> root() {
    return Sub.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Sub op) {
    Optional<Tensor> c = graph.constant(node.input(1));
    if (c.isEmpty() || !Constants.isReal(node.output().type())) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Value negative =
        patch.constant(node.input(1).name() + ".negative", Constants.map(c.get(), v -> -v));
    return Optional.of(
        patch.replace(node.output(), patch.inPlaceOf(node, new Add(), node.input(0), negative)));
  }
}
