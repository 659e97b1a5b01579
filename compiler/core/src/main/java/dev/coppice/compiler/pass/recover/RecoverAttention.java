package dev.coppice.compiler.pass.recover;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Attention;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Attention that is written out becomes one operator.
 *
 * <pre>
 * s = MatMul(q, kT); c = Mul(s, scale); a = Add(c, mask); p = Softmax(a); y = MatMul(p, v)
 * y = Attention(Mul(q, scale), Transpose(kT), v, mask)
 * </pre>
 *
 * Fires with and without scale and mask. Where values come with their heads behind the rows, so do
 * all operands and the result, by transpositions that cancel those there are. Does not fire if
 * something else reads a value in between, if matrices are broadcast, or for few queries, whose
 * scores are few.
 */
public final class RecoverAttention implements RewriteRule<MatMul> {
  private static final int FEWEST_QUERIES = 8;

  private static final List<Integer> SWAP_HEADS = List.of(0, 2, 1, 3);
  private static final List<Integer> KEYS_WITH_HEADS_FIRST = List.of(0, 1, 3, 2);
  private static final List<Integer> KEYS_WITH_ROWS_FIRST = List.of(0, 3, 1, 2);

  @Override
  public Class<MatMul> root() {
    return MatMul.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, MatMul op) {
    Shape values = node.input(1).type().shape();
    Optional<Node> softmax =
        inner(graph, node.input(0), Softmax.class)
            .filter(n -> n.output().type().shape().rank() == 4 && ((Softmax) n.op()).axis() == 3);
    if (softmax.isEmpty() || node.inputs().size() != 2 || values.rank() != 4) {
      return Optional.empty();
    }
    return scores(graph, softmax.get().input(0))
        .filter(c -> fits(c, softmax.get(), values))
        .map(c -> patch(graph, node, c));
  }

  /**
   * What a softmax is of.
   *
   * @param product queries times transposed keys
   * @param scaling the node that multiplies it with a number, if there is one
   * @param mask what is added to it, if anything is
   */
  private record Scores(Node product, Optional<Node> scaling, Optional<Value> mask) {}

  private static Optional<Scores> scores(Graph graph, Value at) {
    Optional<Node> sum = inner(graph, at, Add.class);
    if (sum.isEmpty()) {
      return scores(graph, at, Optional.empty());
    }
    // Either may be the product: a mask can be as large.
    return scores(graph, sum.get().input(0), Optional.of(sum.get().input(1)))
        .or(() -> scores(graph, sum.get().input(1), Optional.of(sum.get().input(0))));
  }

  private static Optional<Scores> scores(Graph graph, Value at, Optional<Value> mask) {
    Optional<Node> plain = inner(graph, at, MatMul.class);
    if (plain.isPresent()) {
      return Optional.of(new Scores(plain.get(), Optional.empty(), mask));
    }
    Optional<Node> scaling =
        inner(graph, at, Mul.class)
            .or(() -> inner(graph, at, Div.class))
            .filter(n -> graph.constant(n.input(1)).filter(c -> c.size() == 1).isPresent());
    return scaling
        .flatMap(s -> inner(graph, s.input(0), MatMul.class))
        .map(n -> new Scores(n, scaling, mask));
  }

  /** The node that gives {@code value}, if it is an {@code op} and nothing else reads the value. */
  private static Optional<Node> inner(Graph graph, Value value, Class<? extends Op> op) {
    return graph
        .producer(value)
        .filter(n -> op.isInstance(n.op()) && graph.soleConsumer(value).isPresent());
  }

  private static boolean fits(Scores all, Node softmax, Shape values) {
    Node scores = all.product();
    Shape q = scores.input(0).type().shape();
    Shape k = scores.input(1).type().shape();
    DType dtype = scores.output().type().dtype();
    return scores.inputs().size() == 2
        && scores.output().type().equals(softmax.output().type())
        && (dtype == DType.FLOAT32 || dtype == DType.FLOAT64)
        && q.rank() == 4
        && k.rank() == 4
        && q.dim(2) >= FEWEST_QUERIES
        && q.dim(3) > 0
        && k.dim(3) > 0
        && sameHeads(q, k)
        && sameHeads(q, values);
  }

  private static boolean sameHeads(Shape a, Shape b) {
    return a.dim(0) == b.dim(0) && a.dim(1) == b.dim(1);
  }

  private static GraphPatch patch(Graph graph, Node node, Scores all) {
    GraphPatch patch = new GraphPatch(graph);
    Value v = node.input(1);
    boolean rowsFirst =
        graph
            .producer(v)
            .filter(n -> n.op() instanceof Transpose t && t.perm().equals(SWAP_HEADS))
            .isPresent();
    Node scores = all.product();
    Value q = scores.input(0);
    if (all.scaling().isPresent()) {
      Node scaling = all.scaling().get();
      q = patch.inPlaceOf(scaling, scaling.op(), q, scalar(patch, graph, scaling));
    }
    if (rowsFirst) {
      q = patch.inPlaceOf(scores, new Transpose(SWAP_HEADS), q);
      v = patch.inPlaceOf(node, new Transpose(SWAP_HEADS), v);
    }
    List<Integer> keys = rowsFirst ? KEYS_WITH_ROWS_FIRST : KEYS_WITH_HEADS_FIRST;
    Value k = patch.inPlaceOf(scores, new Transpose(keys), scores.input(1));
    List<Value> operands = new ArrayList<>(List.of(q, k, v));
    all.mask().ifPresent(m -> operands.add(ofRankFour(patch, node, m)));
    Value y =
        patch
            .node(
                node.name(), new Attention(rowsFirst), operands, scores.origin().and(node.origin()))
            .output();
    return patch.replace(
        node.output(), rowsFirst ? patch.inPlaceOf(node, new Transpose(SWAP_HEADS), y) : y);
  }

  /** The number of {@code scaling}, whatever its shape was. */
  private static Value scalar(GraphPatch patch, Graph graph, Node scaling) {
    Value number = scaling.input(1);
    return patch.constant(number.name(), graph.constant(number).orElseThrow().reshape(Shape.of()));
  }

  /** {@code mask} with axes of 1 before its own. */
  private static Value ofRankFour(GraphPatch patch, Node node, Value mask) {
    List<Integer> dims = new ArrayList<>(Collections.nCopies(4 - mask.type().shape().rank(), 1));
    Arrays.stream(mask.type().shape().dims()).forEach(dims::add);
    return mask.type().shape().rank() == 4 ? mask : patch.inPlaceOf(node, new Reshape(dims), mask);
  }
}
