package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Optional;

/**
 * The constant operand of a sum or product comes last, where other rules look for it.
 *
 * <pre>
 * y = Add(c, x)
 * y = Add(x, c)
 * </pre>
 */
public final class ConstantOperandLast implements RewriteRule<Pointwise> {
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
    if (!(op instanceof Add || op instanceof Mul)
        || graph.constant(node.input(0)).isEmpty()
        || graph.constant(node.input(1)).isPresent()) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    return Optional.of(
        patch.replace(node.output(), patch.inPlaceOf(node, op, node.input(1), node.input(0))));
  }
}
