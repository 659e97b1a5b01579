package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Levels are moved before they are scaled, towards a quantizer that wants them as levels again.
 *
 * <pre>
 * t = Mul(x, s); y = MaxPool(t)
 * t = MaxPool(x); y = Mul(t, s)
 * </pre>
 *
 * For reshapes, transpositions, slices, splits, pads with zero, maxima, and concatenations of equal
 * scales. Does not fire if {@code x} may be no level, or {@code s} is not positive.
 */
public final class ScaleLater implements RewriteRule<Op> {
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
    if (!Levels.moves(node) && !Levels.padsWithZero(node)) {
      return Optional.empty();
    }
    List<Value> levels = new ArrayList<>();
    Optional<Node> first = Optional.empty();
    for (Value v : node.inputs()) {
      Optional<Node> scaled = graph.producer(v).filter(m -> isScaled(graph, m));
      if (scaled.isEmpty()
          || first.isPresent()
              && !Levels.one(graph, first.get().input(1))
                  .equals(Levels.one(graph, scaled.get().input(1)))) {
        return Optional.empty();
      }
      first = first.isPresent() ? first : scaled;
      levels.add(scaled.get().input(0));
    }
    if (first.isEmpty()) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    Node moved = patch.node(node.name(), op, levels, node.origin());
    Value scale = Scalars.first(graph, patch, first.get().input(1));
    for (int j = 0; j < node.outputs().size(); j++) {
      List<Value> operands = List.of(moved.outputs().get(j), scale);
      Node scaled = patch.node(node.name(), new Mul(), operands, node.origin());
      patch.replace(node.outputs().get(j), scaled.output());
    }
    return Optional.of(patch);
  }

  private static boolean isScaled(Graph graph, Node node) {
    return node.op() instanceof Mul
        && Levels.one(graph, node.input(1)).filter(s -> s > 0).isPresent()
        && Levels.of(graph, node.input(0)).isPresent();
  }
}
