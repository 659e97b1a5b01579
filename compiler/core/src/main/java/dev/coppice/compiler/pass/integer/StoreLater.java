package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.QuantizeLinear;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Levels are moved before they are stored as integers, towards a dequantizer that reads them again.
 *
 * <pre>
 * t = QuantizeLinear(x, 1, z); y = MaxPool(t)
 * t = MaxPool(x); y = QuantizeLinear(t, 1, z)
 * </pre>
 *
 * For reshapes, transpositions, slices, splits, concatenations of equal zero points, and maxima.
 * Does not fire if an operand is not stored levels, or for windows over pads only.
 */
public final class StoreLater implements RewriteRule<Op> {
  @Override
  public Class<Op> root() {
    return Op.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Op op) {
    if (!Levels.moves(node)) {
      return Optional.empty();
    }
    List<Value> levels = new ArrayList<>();
    Optional<Node> first = Optional.empty();
    for (Value v : node.inputs()) {
      Optional<Node> stored = graph.producer(v).filter(q -> Levels.stores(graph, q));
      if (stored.isEmpty() || first.isPresent() && !isAlike(graph, first.get(), stored.get())) {
        return Optional.empty();
      }
      first = stored;
      levels.add(stored.get().input(0));
    }
    GraphPatch patch = new GraphPatch(graph);
    Node moved = patch.node(node.name(), op, levels, node.origin());
    for (int j = 0; j < node.outputs().size(); j++) {
      List<Value> operands =
          List.of(
              moved.outputs().get(j), first.orElseThrow().input(1), first.orElseThrow().input(2));
      Node stored = patch.node(node.name(), new QuantizeLinear(0), operands, node.origin());
      patch.replace(node.outputs().get(j), stored.output());
    }
    return Optional.of(patch);
  }

  private static boolean isAlike(Graph graph, Node a, Node b) {
    return Levels.one(graph, a.input(2)).equals(Levels.one(graph, b.input(2)));
  }
}
