package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.BatchNormalization;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * A scale and a shift per channel that found nothing to merge with become one operator again, since
 * they are computed in one loop.
 *
 * <pre>
 * t = Mul(x, s); y = Add(t, h)
 * y = BatchNormalization(x, s, h, 0, 1) {epsilon=0, axis=1}
 * </pre>
 *
 * Does not fire if {@code t} has other readers, for scalars, which fuse as they are, or along
 * another axis than the second.
 */
public final class ComposeBatchNorm implements RewriteRule<Add> {
  @Override
  public Class<Add> root() {
    return Add.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Add op) {
    Optional<Affine> shift = Affine.of(graph, node);
    Optional<Affine> scale = shift.flatMap(s -> Affine.producing(graph, s.x()));
    if (shift.isEmpty() || scale.isEmpty() || !scale.get().isMul()) {
      return Optional.empty();
    }
    TensorType type = node.output().type();
    Optional<double[]> h = type.shape().rank() < 2 ? Optional.empty() : shift.get().along(graph, 1);
    Optional<double[]> s = h.isEmpty() ? h : scale.get().along(graph, 1);
    boolean scalars =
        shift.get().c().type().shape().size() == 1 && scale.get().c().type().shape().size() == 1;
    if (h.isEmpty() || s.isEmpty() || scalars) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Tensor scales = Constants.vector(s.get(), type);
    Value gamma = patch.constant(node.name() + ".scale", scales);
    Value beta = patch.constant(node.name() + ".shift", Constants.vector(h.get(), type));
    Value mean = patch.constant(node.name() + ".mean", Tensor.splat(scales.type(), 0));
    Value var = patch.constant(node.name() + ".variance", Tensor.splat(scales.type(), 1));
    List<Value> operands = List.of(scale.get().x(), gamma, beta, mean, var);
    Node bn =
        patch.node(
            node.name(),
            new BatchNormalization(0, 1),
            operands,
            scale.get().node().origin().and(node.origin()));
    return Optional.of(patch.replace(node.output(), bn.output()));
  }
}
