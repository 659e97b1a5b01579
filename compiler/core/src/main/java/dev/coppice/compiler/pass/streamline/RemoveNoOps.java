package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.AveragePool;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Expand;
import dev.coppice.compiler.op.Identity;
import dev.coppice.compiler.op.MaxPool;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Tile;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.List;
import java.util.Optional;

/**
 * Drops nodes that return their operand.
 *
 * <pre>
 * t = Add(x, 0); y = Relu(t)
 * y = Relu(x)
 * </pre>
 *
 * Identity, a cast to the same type, reshapes, expansions, tiles and slices that keep everything,
 * pads of nothing, joining one operand, cutting one part, transposing in place, windows and
 * reductions of one element, {@code x + 0}, {@code x - 0}, {@code x * 1}, {@code x / 1}. Does not
 * fire where a broadcast changes the shape.
 */
public final class RemoveNoOps implements RewriteRule<Op> {
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
    if (node.inputs().isEmpty() || !node.input(0).type().equals(node.output().type())) {
      return Optional.empty();
    }
    return returnsOperand(graph, node, op)
        ? Optional.of(new GraphPatch(graph).replace(node.output(), node.input(0)))
        : Optional.empty();
  }

  /** Whether {@code op}, which keeps the type, keeps every element. */
  private static boolean returnsOperand(Graph graph, Node node, Op op) {
    return op instanceof Identity
        || op instanceof Cast
        || op instanceof Reshape
        || op instanceof Expand
        || op instanceof Tile
        || op instanceof Split
        || op instanceof Concat && node.inputs().size() == 1
        || isNeutral(graph, node, op)
        || isPlacedInPlace(node, op)
        || isOfSingles(node, op);
  }

  private static boolean isNeutral(Graph graph, Node node, Op op) {
    if (op instanceof Add || op instanceof Sub) {
      return Constants.isAll(graph, node.input(1), 0);
    }
    if (op instanceof Mul || op instanceof Div) {
      return Constants.isAll(graph, node.input(1), 1);
    }
    return op instanceof Clip c
        && c.min() == Double.NEGATIVE_INFINITY
        && c.max() == Double.POSITIVE_INFINITY;
  }

  private static boolean isPlacedInPlace(Node node, Op op) {
    if (op instanceof Slice s) {
      for (int axis = 0; axis < s.steps().size(); axis++) {
        if (s.steps().get(axis) != 1 && s.shape().get(axis) > 1) {
          return false;
        }
      }
      return true;
    }
    if (op instanceof Transpose t) {
      return t.isView(node.inputTypes());
    }
    return op instanceof Pad p && all(p.pads(), 0);
  }

  private static boolean isOfSingles(Node node, Op op) {
    if (op instanceof AveragePool p) {
      return all(p.kernel(), 1) && all(p.pads(), 0) && all(p.strides(), 1);
    }
    if (op instanceof MaxPool p) {
      return all(p.kernel(), 1) && all(p.pads(), 0) && all(p.strides(), 1);
    }
    return op instanceof Reduce r
        && switch (r.kind()) {
          case SUM, MEAN, MAX, MIN, PROD ->
              r.axes().stream().allMatch(axis -> node.input(0).type().shape().dim(axis) == 1);
          default -> false;
        };
  }

  private static boolean all(List<Integer> values, int value) {
    return values.stream().allMatch(v -> v == value);
  }
}
