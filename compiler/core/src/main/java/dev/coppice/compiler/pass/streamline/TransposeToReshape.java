package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Arrays;
import java.util.Optional;

/**
 * A transposition that only moves axes of size 1 is a reshape, which needs no kernel and merges
 * with others.
 *
 * <pre>
 * y = Transpose(x: [1,1,8,8]) {perm=[0,2,3,1]}
 * y = Reshape(x) {shape=[1,8,8,1]}
 * </pre>
 */
public final class TransposeToReshape implements RewriteRule<Transpose> {
  @Override
  public Class<Transpose> root() {
    return Transpose.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Transpose op) {
    if (!op.isView(node.inputTypes())) {
      return Optional.empty();
    }
    Reshape reshape =
        new Reshape(Arrays.stream(node.output().type().shape().dims()).boxed().toList());
    GraphPatch patch = new GraphPatch(graph);
    return Optional.of(patch.replace(node.output(), patch.inPlaceOf(node, reshape, node.input(0))));
  }
}
