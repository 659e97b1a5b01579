package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Optional;

/**
 * What has been quantized is not quantized again by the same scale.
 *
 * <pre>
 * t = Mul(x, s); y = Requantize(t, s) {divide}
 * y = x
 * </pre>
 *
 * Does not fire if {@code x} may be something else than a level of {@code y}. Levels have less than
 * 23 bits, so that the roundings of product and quotient do not reach half a level.
 */
public final class QuantizeOnce implements RewriteRule<Requantize> {
  @Override
  public Class<Requantize> root() {
    return Requantize.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Requantize op) {
    Optional<Node> scaled =
        graph.producer(node.input(0)).filter(p -> p.op() instanceof Mul && op.divide());
    Optional<Double> scale = Levels.one(graph, node.input(1));
    if (scaled.isEmpty()
        || scale.isEmpty()
        || !isNormal(scale.get())
        || !scale.equals(Levels.one(graph, scaled.get().input(1)))) {
      return Optional.empty();
    }
    return Levels.of(graph, scaled.get().input(0))
        .filter(new Levels(op.low(), op.high())::holds)
        .map(x -> new GraphPatch(graph).replace(node.output(), scaled.get().input(0)));
  }

  /** Whether products with levels neither overflow nor lose bits. */
  private static boolean isNormal(double scale) {
    return scale >= Float.MIN_NORMAL && scale <= Float.MAX_VALUE / Requantize.LIMIT;
  }
}
