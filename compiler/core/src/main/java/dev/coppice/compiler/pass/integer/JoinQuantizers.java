package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.DequantizeLinear;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Optional;

/**
 * Levels that are stored and read again are passed on.
 *
 * <pre>
 * t = QuantizeLinear(x, 1, z); y = DequantizeLinear(t, 1, z)
 * y = x
 * </pre>
 *
 * Does not fire if {@code x} may be something else than a level of {@code t}, or the zero points
 * differ.
 */
public final class JoinQuantizers implements RewriteRule<DequantizeLinear> {
  @Override
  public Class<DequantizeLinear> root() {
    return DequantizeLinear.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, DequantizeLinear op) {
    Optional<Node> stored = graph.producer(node.input(0)).filter(q -> Levels.stores(graph, q));
    if (stored.isEmpty()
        || !Levels.isUnit(graph, node, 1)
        || !Levels.one(graph, node.input(2)).equals(Levels.one(graph, stored.get().input(2)))) {
      return Optional.empty();
    }
    return Optional.of(new GraphPatch(graph).replace(node.output(), stored.get().input(0)));
  }
}
