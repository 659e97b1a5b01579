package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two convolutions of one input whose results are added become one, the smaller kernel embedded in
 * the larger (RepVGG, Ding et al. 2021).
 *
 * <pre>
 * t = Conv(x, w3) {pads=[1,1,1,1]}; u = Conv(x, w1) {pads=[0,0,0,0]}; y = Add(t, u)
 * y = Conv(x, w3 + w1 at the centre) {pads=[1,1,1,1]}
 * </pre>
 *
 * Strides, dilations and groups must be equal, and one kernel must hold the other where their pads
 * align them. Does not fire if a result has other readers or weights or biases are not constant.
 */
public final class MergeParallelConvs implements RewriteRule<Add> {
  @Override
  public Class<Add> root() {
    return Add.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Add op) {
    Optional<Node> a = branch(graph, node.input(0));
    Optional<Node> b = branch(graph, node.input(1));
    if (a.isEmpty()
        || b.isEmpty()
        || !a.get().input(0).equals(b.get().input(0))
        || a.get() == b.get()
        || !a.get().output().type().equals(b.get().output().type())) {
      return Optional.empty();
    }
    Optional<GraphPatch> merged = merged(graph, node, a.get(), b.get());
    return merged.isPresent() ? merged : merged(graph, node, b.get(), a.get());
  }

  private static Optional<Node> branch(Graph graph, Value v) {
    return graph.soleConsumer(v).isEmpty()
        ? Optional.empty()
        : graph
            .producer(v)
            .filter(p -> p.op() instanceof Conv)
            .filter(p -> p.inputs().stream().skip(1).allMatch(w -> graph.constant(w).isPresent()));
  }

  private static Optional<GraphPatch> merged(Graph graph, Node node, Node large, Node small) {
    Conv conv = (Conv) large.op();
    Tensor w = graph.constant(large.input(1)).orElseThrow();
    Tensor v = graph.constant(small.input(1)).orElseThrow();
    Optional<int[]> offset = offset(conv, w.shape(), (Conv) small.op(), v.shape());
    if (offset.isEmpty()) {
      return Optional.empty();
    }
    double[] sum = new double[w.size()];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = w.doubleAt(i);
    }
    for (int i = 0; i < v.size(); i++) {
      sum[embedded(i, v.shape(), w.shape(), offset.get())] += v.doubleAt(i);
    }
    GraphPatch patch = new GraphPatch(graph);
    List<Value> operands = new ArrayList<>();
    operands.add(large.input(0));
    operands.add(patch.constant(large.input(1).name(), Tensor.fromDoubles(w.type(), i -> sum[i])));
    if (large.inputs().size() + small.inputs().size() > 4) {
      double[] bias = new double[w.shape().dim(0)];
      for (Node n : List.of(large, small)) {
        for (int o = 0; n.inputs().size() > 2 && o < bias.length; o++) {
          bias[o] += graph.constant(n.input(2)).orElseThrow().doubleAt(o);
        }
      }
      operands.add(patch.constant(large.name() + ".bias", Constants.vector(bias, w.type())));
    }
    Node fused =
        patch.node(
            large.name(), conv, operands, large.origin().and(small.origin()).and(node.origin()));
    return Optional.of(patch.replace(node.output(), fused.output()));
  }

  /** Where the first tap of {@code small} lies in {@code large}, per spatial axis. */
  private static Optional<int[]> offset(Conv large, Shape w, Conv small, Shape v) {
    int rank = large.strides().size();
    if (large.group() != small.group() || !large.strides().equals(small.strides())) {
      return Optional.empty();
    }
    int[] offset = new int[rank];
    for (int a = 0; a < rank; a++) {
      int dilation = large.dilations().get(a);
      int ahead = large.pads().get(a) - small.pads().get(a);
      offset[a] = ahead / dilation;
      boolean sameSpacing = dilation == small.dilations().get(a) || v.dim(a + 2) == 1;
      if (!sameSpacing
          || ahead < 0
          || ahead % dilation != 0
          || offset[a] + v.dim(a + 2) > w.dim(a + 2)) {
        return Optional.empty();
      }
    }
    return Optional.of(offset);
  }

  /** Index in weights of shape {@code w} of element {@code i} of weights of shape {@code v}. */
  private static int embedded(int i, Shape v, Shape w, int[] offset) {
    int taps = v.sizeOf(2, v.rank());
    int index = i / taps;
    int[] strides = v.strides();
    for (int a = 0; a < offset.length; a++) {
      int at = i / strides[a + 2] % v.dim(a + 2);
      index = index * w.dim(a + 2) + at + offset[a];
    }
    return index;
  }
}
