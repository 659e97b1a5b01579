package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A transposition that is flattened and multiplied by a constant matrix moves into the order of the
 * matrix's rows.
 *
 * <pre>
 * t = Transpose(x) {perm=[0,2,3,1]}; r = Reshape(t) {shape=[N,K]}; y = MatMul(r, w)
 * r = Reshape(x) {shape=[N,K]}; y = MatMul(r, w with rows in the order of x)
 * </pre>
 *
 * Does not fire if the first axis moves or is not kept by the reshape, or if one of the two has
 * other readers.
 */
public final class FlattenWithoutTranspose implements RewriteRule<MatMul> {
  @Override
  public Class<MatMul> root() {
    return MatMul.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  /**
   * Whether {@code reshape} flattens what a constant matrix multiplies, so that a transposition of
   * its operand that leaves the first axis would become part of that matrix.
   */
  public static boolean takesAnyOrder(Graph graph, Node reshape) {
    Value flat = reshape.output();
    Optional<Node> product = graph.soleConsumer(flat).filter(p -> p.op() instanceof MatMul);
    Shape shape = flat.type().shape();
    return product.isPresent()
        && product.get().input(0).equals(flat)
        && graph.constant(product.get().input(1)).isPresent()
        && product.get().input(1).type().shape().rank() == 2
        && shape.rank() == 2
        && shape.dim(0) == reshape.input(0).type().shape().dim(0);
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, MatMul op) {
    Optional<Node> reshape =
        graph
            .producer(node.input(0))
            .filter(p -> p.op() instanceof Reshape && takesAnyOrder(graph, p));
    Optional<Node> transpose =
        reshape.flatMap(r -> only(graph, r.input(0))).filter(p -> p.op() instanceof Transpose);
    if (transpose.isEmpty() || ((Transpose) transpose.get().op()).perm().get(0) != 0) {
      return Optional.empty();
    }
    Tensor w = graph.constant(node.input(1)).orElseThrow();
    Value x = transpose.get().input(0);
    Transpose t = (Transpose) transpose.get().op();
    GraphPatch patch = new GraphPatch(graph);
    Value rows = patch.inPlaceOf(reshape.get(), reshape.get().op(), x);
    int n = w.shape().dim(1);
    int[] place = places(x.type().shape(), t);
    Tensor ordered = w.gather(w.shape(), i -> place[i / n] * n + i % n);
    List<Value> operands = new ArrayList<>(node.inputs());
    operands.set(0, rows);
    operands.set(1, patch.constant(node.input(1).name(), ordered));
    Node product =
        patch.node(node.name(), op, operands, transpose.get().origin().and(node.origin()));
    return Optional.of(patch.replace(node.output(), product.output()));
  }

  private static Optional<Node> only(Graph graph, Value v) {
    return graph.soleConsumer(v).isEmpty() ? Optional.empty() : graph.producer(v);
  }

  /** Where each element of one batch entry of {@code x} lies after transposing. */
  private static int[] places(Shape x, Transpose t) {
    int size = x.sizeOf(1, x.rank());
    Tensor numbers =
        Tensor.ofLongs(x.with(0, 1), IntStream.range(0, size).asLongStream().toArray());
    int[] sources = t.evaluate(List.of(numbers)).get(0).toInts();
    int[] place = new int[size];
    for (int i = 0; i < size; i++) {
      place[sources[i]] = i;
    }
    return place;
  }
}
