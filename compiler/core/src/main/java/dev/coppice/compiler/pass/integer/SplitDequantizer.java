package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.DequantizeLinear;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * A dequantizer first reads the level and then scales it.
 *
 * <pre>
 * y = DequantizeLinear(x, s, z)
 * t = DequantizeLinear(x, 1, z); y = Mul(t, s)
 * </pre>
 *
 * Does not fire if scale or zero point are not one constant, or for integers of 32 bits, which a
 * float does not hold.
 */
public final class SplitDequantizer implements RewriteRule<DequantizeLinear> {
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
    Optional<Double> scale = Levels.one(graph, node.input(1));
    if (scale.isEmpty()
        || scale.get() == 1
        || graph.constant(node.input(0)).isPresent()
        || Levels.ofType(graph, node, node.input(0).type().dtype()).isEmpty()) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Value unit = patch.constant(node.name() + ".unit", Tensor.scalar(1));
    Value zero = Scalars.first(graph, patch, node.input(2));
    Value level = patch.inPlaceOf(node, new DequantizeLinear(0), node.input(0), unit, zero);
    Value s = patch.constant(node.input(1).name(), Tensor.scalar((float) (double) scale.get()));
    return Optional.of(patch.replace(node.output(), patch.inPlaceOf(node, new Mul(), level, s)));
  }
}
