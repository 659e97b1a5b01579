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
 * Bounds behind bounds become one pair of bounds.
 *
 * <pre>
 * t = Relu(x); y = Clip(t) {min=-1, max=6}
 * y = Clip(x) {min=0, max=6}
 * </pre>
 *
 * Does not fire if the bounds do not overlap, or if {@code t} has other readers.
 */
public final class MergeClips implements RewriteRule<Pointwise> {
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
    Optional<Clip> outer = bounds(op);
    Optional<Node> producer =
        graph.soleConsumer(node.input(0)).isEmpty()
            ? Optional.empty()
            : graph.producer(node.input(0));
    Optional<Clip> inner = producer.flatMap(p -> bounds(p.op()));
    if (outer.isEmpty() || inner.isEmpty()) {
      return Optional.empty();
    }
    double min = Math.max(outer.get().min(), inner.get().min());
    double max = Math.min(outer.get().max(), inner.get().max());
    if (min > max) {
      return Optional.empty();
    }
    boolean relu = min == 0 && max == Double.POSITIVE_INFINITY;
    GraphPatch patch = new GraphPatch(graph);
    Node merged =
        patch.node(
            node.name(),
            relu ? new Relu() : new Clip(min, max),
            producer.get().inputs(),
            producer.get().origin().and(node.origin()));
    return Optional.of(patch.replace(node.output(), merged.output()));
  }

  private static Optional<Clip> bounds(Object op) {
    return op instanceof Relu
        ? Optional.of(new Clip(0, Double.POSITIVE_INFINITY))
        : op instanceof Clip c ? Optional.of(c) : Optional.empty();
  }
}
