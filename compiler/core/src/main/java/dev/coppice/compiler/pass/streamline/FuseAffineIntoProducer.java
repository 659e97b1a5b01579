package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A scale or shift per output channel behind a convolution or matrix product moves into its weights
 * and bias.
 *
 * <pre>
 * t = Conv(x, w, b); y = Mul(t, s)      t = Conv(x, w, b); y = Add(t, h)
 * y = Conv(x, w * s, b * s)             y = Conv(x, w, b + h)
 * </pre>
 *
 * Any stride, padding, dilation and grouping. Does not fire if {@code t} has other readers, if the
 * constant varies along another axis than channels (columns of a product), or if weights to be
 * scaled or a bias are not constant, or if all weights are -1, 0 or 1: ties between the exact sums
 * of binary layers must stay ties.
 */
public final class FuseAffineIntoProducer implements RewriteRule<Pointwise> {
  @Override
  public Class<Pointwise> root() {
    return Pointwise.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Pointwise op) {
    Optional<Affine> affine = Affine.of(graph, node);
    Optional<Node> host =
        affine
            .filter(a -> graph.soleConsumer(a.x()).isPresent())
            .flatMap(a -> graph.producer(a.x()));
    if (affine.isEmpty() || host.isEmpty()) {
      return Optional.empty();
    }
    Optional<Linear> linear = Linear.of(graph, host.get());
    Optional<double[]> c = linear.flatMap(l -> affine.get().along(graph, l.channelAxis()));
    if (linear.isEmpty()
        || c.isEmpty()
        || affine.get().isMul()
            && (linear.get().weights().isEmpty() || isBinary(linear.get().weights().get()))) {
      return Optional.empty();
    }
    GraphPatch patch = new GraphPatch(graph);
    return Optional.of(
        patch.replace(
            node.output(), fused(patch, host.get(), node, linear.get(), affine.get(), c.get())));
  }

  /**
   * Whether sums over these weights are exact where those over scaled ones would round: all are -1,
   * 0 or 1.
   */
  private static boolean isBinary(Tensor weights) {
    for (int i = 0; i < weights.size(); i++) {
      float w = Math.abs(weights.floatAt(i));
      if (w != 0 && w != 1) {
        return false;
      }
    }
    return true;
  }

  private static Value fused(
      GraphPatch patch, Node host, Node node, Linear linear, Affine affine, double[] c) {
    List<Value> operands = new ArrayList<>(host.inputs().subList(0, 2));
    double[] bias = linear.bias();
    boolean hasBias = host.inputs().size() > 2 || !affine.isMul();
    for (int i = 0; i < bias.length; i++) {
      bias[i] = affine.isMul() ? bias[i] * c[i] : bias[i] + c[i];
    }
    if (affine.isMul()) {
      Tensor w = Constants.scale(linear.weights().orElseThrow(), linear.weightAxis(), c);
      operands.set(1, patch.constant(host.input(1).name(), w));
    }
    if (hasBias) {
      String name = host.inputs().size() > 2 ? host.input(2).name() : host.name() + ".bias";
      operands.add(patch.constant(name, Constants.vector(bias, node.output().type())));
    }
    return patch.node(host.name(), host.op(), operands, host.origin().and(node.origin())).output();
  }

  /**
   * A convolution or matrix product as seen from its result.
   *
   * @param channelAxis axis of the result along which channels lie
   * @param weightAxis axis of the weights that belongs to it
   * @param weights the weights, if constant
   * @param bias one value per channel, zeros without bias
   */
  private record Linear(int channelAxis, int weightAxis, Optional<Tensor> weights, double[] bias) {

    static Optional<Linear> of(Graph graph, Node host) {
      int rank = host.output().type().shape().rank();
      int weightRank = host.inputs().size() < 2 ? 0 : host.input(1).type().shape().rank();
      boolean conv = host.op() instanceof Conv;
      if (!conv && !(host.op() instanceof MatMul && weightRank > 1 && rank > 0)) {
        return Optional.empty();
      }
      int axis = conv ? 1 : rank - 1;
      double[] bias = new double[host.output().type().shape().dim(axis)];
      if (host.inputs().size() > 2) {
        Optional<Tensor> data = graph.constant(host.input(2));
        if (data.isEmpty()) {
          return Optional.empty();
        }
        for (int i = 0; i < bias.length; i++) {
          bias[i] = data.get().doubleAt(i);
        }
      }
      int weightAxis = conv ? 0 : weightRank - 1;
      return Optional.of(new Linear(axis, weightAxis, graph.constant(host.input(1)), bias));
    }
  }
}
