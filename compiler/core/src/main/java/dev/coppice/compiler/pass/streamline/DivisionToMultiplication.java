package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * Dividing by a constant multiplies by its reciprocal.
 *
 * <pre>
 * y = Div(x, c)
 * y = Mul(x, 1 / c)
 * </pre>
 *
 * Floats only. Does not fire if a reciprocal is not a normal float32: the product would overflow or
 * lose digits where the quotient does not.
 */
public final class DivisionToMultiplication implements RewriteRule<Div> {
  @Override
  public Class<Div> root() {
    return Div.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Div op) {
    Optional<Tensor> c = graph.constant(node.input(1));
    if (c.isEmpty() || !Constants.isReal(node.output().type()) || !hasReciprocal(c.get())) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Value reciprocal =
        patch.constant(node.input(1).name() + ".reciprocal", Constants.map(c.get(), v -> 1 / v));
    return Optional.of(
        patch.replace(node.output(), patch.inPlaceOf(node, new Mul(), node.input(0), reciprocal)));
  }

  private static boolean hasReciprocal(Tensor c) {
    for (int i = 0; i < c.size(); i++) {
      double r = Math.abs(1 / c.doubleAt(i));
      if (!(r >= Float.MIN_NORMAL && r <= Float.MAX_VALUE)) {
        return false;
      }
    }
    return true;
  }
}
