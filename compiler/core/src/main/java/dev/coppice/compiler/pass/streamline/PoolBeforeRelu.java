package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.MaxPool;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The maximum is taken before the lower bound, on which it does not depend, so that the bound
 * applies to fewer elements.
 *
 * <pre>
 * t = Relu(x); y = MaxPool(t)
 * t = MaxPool(x); y = Relu(t)
 * </pre>
 *
 * Does not fire if {@code t} has other readers, or if a window covers pads only, whose maximum is
 * minus infinity.
 */
public final class PoolBeforeRelu implements RewriteRule<MaxPool> {
  @Override
  public Class<MaxPool> root() {
    return MaxPool.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, MaxPool op) {
    Optional<Node> relu =
        graph.soleConsumer(node.input(0)).isEmpty()
            ? Optional.empty()
            : graph.producer(node.input(0)).filter(p -> p.op() instanceof Relu);
    List<Integer> extents =
        Arrays.stream(node.input(0).type().shape().dims()).skip(2).boxed().toList();
    if (relu.isEmpty()
        || !node.input(0).type().dtype().isFloat()
        || !Windows.allTouchInput(
            extents, op.kernel(), op.strides(), op.pads(), op.dilations(), op.outputShape())) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Value pooled = patch.inPlaceOf(node, op, relu.get().input(0));
    return Optional.of(
        patch.replace(node.output(), patch.inPlaceOf(relu.get(), new Relu(), pooled)));
  }
}
