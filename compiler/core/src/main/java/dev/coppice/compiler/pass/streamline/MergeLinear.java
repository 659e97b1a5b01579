package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two convolutions in a row, the second pointwise, or two matrix products in a row become one.
 *
 * <pre>
 * t = Conv(x, w1, b1); y = Conv(t, w2: [O,M,1,1], b2)
 * y = Conv(x, w2 w1, w2 b1 + b2)
 * </pre>
 *
 * Any geometry of the first convolution; the second has strides of one and no pads, and neither has
 * groups. Does not fire if the merged operator multiplies more than both, if {@code t} has other
 * readers, or if weights or biases are not constant.
 */
public final class MergeLinear implements RewriteRule<Op> {
  @Override
  public Class<Op> root() {
    return Op.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Op op) {
    Optional<Node> first =
        node.inputs().isEmpty() || graph.soleConsumer(node.input(0)).isEmpty()
            ? Optional.empty()
            : graph.producer(node.input(0));
    if (first.isEmpty()
        || !(isLinear(graph, node) && isLinear(graph, first.get()))
        || !first.get().op().getClass().equals(op.getClass())
        || op instanceof Conv conv && !isPointwise(conv, node.input(1).type().shape())) {
      return Optional.empty();
    }
    Value x = first.get().input(0);
    Tensor w = product(graph, first.get(), node);
    GraphPatch patch = new GraphPatch(graph);
    List<Value> operands = new ArrayList<>(List.of(x, patch.constant(node.input(1).name(), w)));
    if (first.get().inputs().size() + node.inputs().size() > 4) {
      Tensor bias = Constants.vector(bias(graph, first.get(), node), w.type());
      operands.add(patch.constant(node.name() + ".bias", bias));
    }
    Node merged =
        patch.node(
            node.name(), first.get().op(), operands, first.get().origin().and(node.origin()));
    long before = first.get().op().macs(first.get().inputTypes()) + op.macs(node.inputTypes());
    return merged.op().macs(merged.inputTypes()) > before
        ? Optional.empty()
        : Optional.of(patch.replace(node.output(), merged.output()));
  }

  /** A convolution without groups or a product with a matrix, of constant weights and bias. */
  private static boolean isLinear(Graph graph, Node node) {
    boolean kind =
        node.op() instanceof Conv c && c.group() == 1
            || node.op() instanceof MatMul && node.input(1).type().shape().rank() == 2;
    return kind
        && Constants.isReal(node.output().type())
        && node.inputs().stream().skip(1).allMatch(v -> graph.constant(v).isPresent());
  }

  private static boolean isPointwise(Conv conv, Shape w) {
    return w.sizeOf(2, w.rank()) == 1
        && Windows.allZero(conv.pads())
        && conv.strides().stream().allMatch(s -> s == 1);
  }

  /** Weights {@code [O, I, kernel]} of two convolutions, or {@code [K, N]} of two products. */
  private static Tensor product(Graph graph, Node first, Node second) {
    Tensor a = graph.constant(first.input(1)).orElseThrow();
    Tensor b = graph.constant(second.input(1)).orElseThrow();
    boolean conv = first.op() instanceof Conv;
    int m = a.shape().dim(conv ? 0 : 1);
    int inner = conv ? a.size() / m : b.shape().dim(1);
    Shape shape = conv ? a.shape().with(0, b.shape().dim(0)) : Shape.of(a.shape().dim(0), inner);
    Tensor left = conv ? b : a;
    Tensor right = conv ? a : b;
    return Tensor.fromDoubles(
        a.type().with(shape),
        i -> {
          double sum = 0;
          for (int j = 0; j < m; j++) {
            sum += left.doubleAt(i / inner * m + j) * right.doubleAt(j * inner + i % inner);
          }
          return sum;
        });
  }

  private static double[] bias(Graph graph, Node first, Node second) {
    Tensor w = graph.constant(second.input(1)).orElseThrow();
    boolean conv = second.op() instanceof Conv;
    int m = w.shape().dim(conv ? 1 : 0);
    double[] bias = new double[w.shape().dim(conv ? 0 : 1)];
    for (int o = 0; o < bias.length; o++) {
      for (int j = 0; j < m && first.inputs().size() > 2; j++) {
        double weight = w.doubleAt(conv ? o * m + j : j * bias.length + o);
        bias[o] += weight * graph.constant(first.input(2)).orElseThrow().doubleAt(j);
      }
      bias[o] +=
          second.inputs().size() > 2
              ? graph.constant(second.input(2)).orElseThrow().doubleAt(o)
              : 0;
    }
    return bias;
  }
}
