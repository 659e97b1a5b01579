package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Transpositions move behind pointwise operators, concatenations and reductions, towards one that
 * undoes them.
 *
 * <pre>
 * t = Transpose(x) {perm=p}; y = Relu(t)
 * t = Relu(x); y = Transpose(t) {perm=p}
 * </pre>
 *
 * Operands of several must all be transposed alike, or be constants, which are transposed back.
 * Does not fire if a transposed operand has other readers, since both orders would then be needed,
 * or if operands are broadcast other than from constants.
 */
public final class SinkTranspose implements RewriteRule<Op> {
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
    boolean movable = op instanceof Pointwise || op instanceof Concat || op instanceof Reduce;
    Optional<List<Integer>> perm = movable ? commonPerm(graph, node) : Optional.empty();
    if (perm.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> p = perm.get();
    GraphPatch patch = new GraphPatch(graph);
    List<Value> operands = new ArrayList<>();
    for (Value v : node.inputs()) {
      operands.add(
          graph.constant(v).isPresent()
              ? patch.constant(v.name(), undone(graph.constant(v).get(), p))
              : graph.producer(v).orElseThrow().input(0));
    }
    Op moved = op;
    List<Integer> after = p;
    if (op instanceof Concat c) {
      moved = new Concat(p.get(c.axis()));
    } else if (op instanceof Reduce r) {
      List<Integer> axes = r.axes().stream().map(p::get).sorted().toList();
      moved = new Reduce(r.kind(), axes, r.keepdims());
      after = r.keepdims() ? p : kept(p, axes);
    }
    Value result = patch.node(node.name(), moved, operands, node.origin()).output();
    Node last = patch.node(node.name(), new Transpose(after), List.of(result), node.origin());
    return Optional.of(patch.replace(node.output(), last.output()));
  }

  /** The permutation of all operands that are not constants. */
  private static Optional<List<Integer>> commonPerm(Graph graph, Node node) {
    Optional<List<Integer>> perm = Optional.empty();
    for (Value v : node.inputs()) {
      boolean concat = node.op() instanceof Concat;
      if (graph.constant(v).isPresent()) {
        if (concat
            ? v.type().shape().rank() != node.output().type().shape().rank()
            : v.type().shape().rank() > node.output().type().shape().rank()) {
          return Optional.empty();
        }
        continue;
      }
      Optional<Node> producer = graph.producer(v);
      if (producer.isEmpty()
          || !(producer.get().op() instanceof Transpose t)
          || graph.soleConsumer(v).isEmpty()
          || perm.isPresent() && !perm.get().equals(t.perm())
          || node.op() instanceof Pointwise
              && !v.type().shape().equals(node.output().type().shape())) {
        return Optional.empty();
      }
      perm = Optional.of(t.perm());
    }
    return perm;
  }

  /**
   * A constant operand as it is before transposing by {@code perm}; leading axes are added to it
   * first.
   */
  private static Tensor undone(Tensor c, List<Integer> perm) {
    if (c.size() == 1 && c.shape().rank() == 0) {
      return c;
    }
    int[] dims = new int[perm.size()];
    Arrays.fill(dims, 1);
    System.arraycopy(c.shape().dims(), 0, dims, perm.size() - c.shape().rank(), c.shape().rank());
    List<Integer> inverse = new ArrayList<>();
    for (int axis = 0; axis < perm.size(); axis++) {
      inverse.add(perm.indexOf(axis));
    }
    return new Transpose(inverse).evaluate(List.of(c.reshape(Shape.of(dims)))).get(0);
  }

  /** What {@code perm} does to the axes that are left when {@code gone} are dropped. */
  private static List<Integer> kept(List<Integer> perm, List<Integer> gone) {
    return perm.stream()
        .filter(axis -> !gone.contains(axis))
        .map(axis -> axis - (int) gone.stream().filter(g -> g < axis).count())
        .toList();
  }
}
