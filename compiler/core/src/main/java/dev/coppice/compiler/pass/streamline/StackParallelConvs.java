package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Convolutions of one input and one geometry whose results are joined along channels become one
 * with stacked weights.
 *
 * <pre>
 * t = Conv(x, w); u = Conv(x, v); y = Concat(t, u) {axis=1}
 * y = Conv(x, w above v)
 * </pre>
 *
 * Does not fire with groups, if a result has other readers, or if weights or biases are not
 * constant.
 */
public final class StackParallelConvs implements RewriteRule<Concat> {
  @Override
  public Class<Concat> root() {
    return Concat.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Concat op) {
    Node first = graph.producer(node.input(0)).orElse(node);
    if (op.axis() != 1 || node.inputs().size() < 2 || !(first.op() instanceof Conv conv)) {
      return Optional.empty();
    }
    List<Node> convs = new ArrayList<>();
    for (Value v : node.inputs()) {
      if (graph.soleConsumer(v).isEmpty()) {
        return Optional.empty();
      }
      graph.producer(v).filter(p -> fits(graph, p, first, conv)).ifPresent(convs::add);
    }
    if (convs.size() != node.inputs().size() || convs.stream().distinct().count() < convs.size()) {
      return Optional.empty();
    }
    List<Value> weights = convs.stream().map(n -> n.input(1)).toList();
    GraphPatch patch = new GraphPatch(graph);
    List<Value> operands = new ArrayList<>();
    operands.add(first.input(0));
    operands.add(patch.constant(first.input(1).name(), stacked(graph, weights)));
    if (convs.stream().anyMatch(n -> n.inputs().size() > 2)) {
      double[] bias = new double[node.output().type().shape().dim(1)];
      int o = 0;
      for (Node n : convs) {
        for (int i = 0; i < n.output().type().shape().dim(1); i++, o++) {
          bias[o] =
              n.inputs().size() > 2 ? graph.constant(n.input(2)).orElseThrow().doubleAt(i) : 0;
        }
      }
      operands.add(
          patch.constant(first.name() + ".bias", Constants.vector(bias, first.output().type())));
    }
    Node merged =
        patch.node(
            first.name(),
            conv,
            operands,
            convs.stream().map(Node::origin).reduce(node.origin(), (a, b) -> a.and(b)));
    return Optional.of(patch.replace(node.output(), merged.output()));
  }

  private static boolean fits(Graph graph, Node node, Node first, Conv conv) {
    return node.op().equals(conv)
        && conv.group() == 1
        && Constants.isReal(node.output().type())
        && node.input(0).equals(first.input(0))
        && node.input(1).type().shape().with(0, 1).equals(first.input(1).type().shape().with(0, 1))
        && node.inputs().stream().skip(1).allMatch(v -> graph.constant(v).isPresent());
  }

  /** Weights one above the other. */
  private static Tensor stacked(Graph graph, List<Value> weights) {
    List<Tensor> data = weights.stream().map(v -> graph.constant(v).orElseThrow()).toList();
    return new Concat(0).evaluate(data).get(0);
  }
}
