package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.Optional;

/**
 * A transposition of a transposition is one transposition; if it moves nothing, {@link RemoveNoOps}
 * drops it.
 *
 * <pre>
 * t = Transpose(x) {perm=p}; y = Transpose(t) {perm=q}
 * y = Transpose(x) {perm=[p[q[0]], p[q[1]], ...]}
 * </pre>
 *
 * The first stays if it has other readers.
 */
public final class MergeTransposes implements RewriteRule<Transpose> {
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
    Optional<Node> producer = graph.producer(node.input(0));
    if (producer.isEmpty() || !(producer.get().op() instanceof Transpose first)) {
      return Optional.empty();
    }
    Transpose merged = new Transpose(op.perm().stream().map(first.perm()::get).toList());
    GraphPatch patch = new GraphPatch(graph);
    return Optional.of(
        patch.replace(node.output(), patch.inPlaceOf(node, merged, producer.get().input(0))));
  }
}
