package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.BatchNormalization;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Batch normalization with constant statistics becomes a scale and a shift per channel, which other
 * rules merge into what stands beside them.
 *
 * <pre>
 * y = BatchNormalization(x, gamma, beta, mean, var)
 * t = Mul(x, s); y = Add(t, h)    s = gamma / sqrt(var + epsilon), h = beta - mean * s
 * </pre>
 *
 * Does not fire when a statistic is computed by the graph.
 */
public final class DecomposeBatchNorm implements RewriteRule<BatchNormalization> {
  @Override
  public Class<BatchNormalization> root() {
    return BatchNormalization.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, BatchNormalization op) {
    List<Tensor> statistics = new ArrayList<>();
    node.inputs().stream().skip(1).forEach(v -> graph.constant(v).ifPresent(statistics::add));
    TensorType type = node.output().type();
    if (statistics.size() != 4 || !Constants.isReal(type)) {
      return Optional.empty();
    }
    double[] scale = new double[statistics.get(0).size()];
    double[] shift = new double[scale.length];
    for (int c = 0; c < scale.length; c++) {
      double variance = statistics.get(3).doubleAt(c);
      scale[c] = statistics.get(0).doubleAt(c) / Math.sqrt(variance + op.epsilon());
      shift[c] = statistics.get(1).doubleAt(c) - statistics.get(2).doubleAt(c) * scale[c];
    }
    GraphPatch patch = new GraphPatch(graph);
    Value s = patch.constant(node.name() + ".scale", Constants.alongAxis(scale, type, op.axis()));
    Value h = patch.constant(node.name() + ".shift", Constants.alongAxis(shift, type, op.axis()));
    Value scaled =
        patch
            .node(node.name() + ".mul", new Mul(), List.of(node.input(0), s), node.origin())
            .output();
    return Optional.of(patch.replace(node.output(), patch.inPlaceOf(node, new Add(), scaled, h)));
  }
}
