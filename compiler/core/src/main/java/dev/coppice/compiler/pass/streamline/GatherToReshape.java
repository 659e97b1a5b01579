package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Taking the only element of an axis is a view.
 *
 * <pre>
 * y = Gather(x, 0) {axis=0}  # x: [1, n]
 * y = Reshape(x) {shape=[n]}
 * </pre>
 *
 * Does not fire if the index is known only at run time: it may be outside.
 */
public final class GatherToReshape implements RewriteRule<Gather> {
  @Override
  public Class<Gather> root() {
    return Gather.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Gather op) {
    boolean only =
        node.input(0).type().shape().dim(op.axis()) == 1
            && graph.constant(node.input(1)).filter(i -> i.size() == 1).isPresent();
    if (!only) {
      return Optional.empty();
    }
    List<Integer> shape = Arrays.stream(node.output().type().shape().dims()).boxed().toList();
    GraphPatch patch = new GraphPatch(graph);
    return Optional.of(
        patch.replace(node.output(), patch.inPlaceOf(node, new Reshape(shape), node.input(0))));
  }
}
