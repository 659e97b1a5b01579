package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Optional;

/**
 * Drops a lower bound of zero behind what is never negative.
 *
 * <pre>
 * t = Sigmoid(x); y = Relu(t)      t = MaxPool(r); y = Clip(t) {min=0, max=6}
 * y = Sigmoid(x)                   t = MaxPool(r); y = Clip(t) {min=-Infinity, max=6}
 * </pre>
 *
 * Here {@code r} is a Relu. Does not fire where a negative value is possible.
 */
public final class RemoveRedundantRelu implements RewriteRule<Pointwise> {
  @Override
  public Class<Pointwise> root() {
    return Pointwise.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Pointwise op) {
    boolean relu = op instanceof Relu;
    boolean clip = op instanceof Clip c && c.min() <= 0 && c.min() > Double.NEGATIVE_INFINITY;
    if (!(relu || clip) || !NonNegative.is(graph, node.input(0))) {
      return Optional.empty();
    }
    double max = op instanceof Clip c ? c.max() : Double.POSITIVE_INFINITY;
    GraphPatch patch = new GraphPatch(graph);
    if (max == Double.POSITIVE_INFINITY) {
      return Optional.of(patch.replace(node.output(), node.input(0)));
    }
    Clip upper = new Clip(Double.NEGATIVE_INFINITY, max);
    return Optional.of(patch.replace(node.output(), patch.inPlaceOf(node, upper, node.input(0))));
  }
}
