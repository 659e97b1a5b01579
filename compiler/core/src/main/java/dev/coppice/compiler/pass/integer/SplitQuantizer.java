package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.QuantizeLinear;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * A quantizer first finds the level, in float, and then stores it.
 *
 * <pre>
 * y = QuantizeLinear(x, s, z)
 * t = Requantize(x, s) {divide, levels of z}; y = QuantizeLinear(t, 1, z)
 * </pre>
 *
 * Does not fire if scale or zero point are not one constant, or {@code x} has levels already.
 */
public final class SplitQuantizer implements RewriteRule<QuantizeLinear> {
  @Override
  public Class<QuantizeLinear> root() {
    return QuantizeLinear.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, QuantizeLinear op) {
    Optional<Double> scale = Levels.one(graph, node.input(1));
    Optional<Levels> levels = Levels.ofType(graph, node, node.output().type().dtype());
    if (scale.isEmpty() || levels.isEmpty() || Levels.stores(graph, node)) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Requantize requantize = new Requantize(true, levels.get().low(), levels.get().high());
    Value s = patch.constant(node.input(1).name(), Tensor.scalar((float) (double) scale.get()));
    Value level = patch.inPlaceOf(node, requantize, node.input(0), s);
    Value unit = patch.constant(node.name() + ".unit", Tensor.scalar(1));
    Value zero = Scalars.first(graph, patch, node.input(2));
    return Optional.of(
        patch.replace(
            node.output(), patch.inPlaceOf(node, new QuantizeLinear(0), level, unit, zero)));
  }
}
