package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Optional;

/**
 * A reshape of a reshape is one reshape.
 *
 * <pre>
 * t = Reshape(x) {shape=[2,6]}; y = Reshape(t) {shape=[12]}
 * y = Reshape(x) {shape=[12]}
 * </pre>
 *
 * The first stays if it has other readers.
 */
public final class MergeReshapes implements RewriteRule<Reshape> {
  @Override
  public Class<Reshape> root() {
    return Reshape.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Reshape op) {
    return graph
        .producer(node.input(0))
        .filter(p -> p.op() instanceof Reshape)
        .map(
            p -> {
              GraphPatch patch = new GraphPatch(graph);
              return patch.replace(node.output(), patch.inPlaceOf(node, op, p.input(0)));
            });
  }
}
