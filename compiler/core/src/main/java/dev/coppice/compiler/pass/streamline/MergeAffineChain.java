package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Chains of scales and shifts by constants become one scale, then one shift.
 *
 * <pre>
 * t = Add(x, a); y = Add(t, b)        t = Add(x, h); y = Mul(t, s)
 * y = Add(x, a + b)                   t = Mul(x, s); y = Add(t, h * s)
 * </pre>
 *
 * Does not fire if {@code t} has other readers, or if the merged constant were larger than both it
 * replaces.
 */
public final class MergeAffineChain implements RewriteRule<Pointwise> {
  @Override
  public Class<Pointwise> root() {
    return Pointwise.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Pointwise op) {
    Optional<Affine> outer = Affine.of(graph, node);
    Optional<Affine> inner = outer.flatMap(o -> Affine.producing(graph, o.x()));
    if (outer.isEmpty() || inner.isEmpty() || inner.get().isMul() && !outer.get().isMul()) {
      return Optional.empty();
    }
    Tensor a = graph.constant(inner.get().c()).orElseThrow();
    Tensor b = graph.constant(outer.get().c()).orElseThrow();
    if (Shape.broadcast(a.shape(), b.shape()).size() > Math.max(a.size(), b.size())) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    boolean product = outer.get().isMul();
    Tensor merged = Constants.combine(a, b, product ? (p, q) -> p * q : Double::sum);
    Value c = patch.constant(inner.get().c().name(), merged);
    Value x = inner.get().x();
    Op last = op;
    if (product && !inner.get().isMul()) {
      x = patch.node(node.name(), new Mul(), List.of(x, outer.get().c()), node.origin()).output();
      last = new Add();
    }
    Node shifted =
        patch.node(
            node.name(), last, List.of(x, c), inner.get().node().origin().and(node.origin()));
    return Optional.of(patch.replace(node.output(), shifted.output()));
  }
}
