package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A scale or shift per input channel before a convolution or matrix product moves into its weights
 * and bias.
 *
 * <pre>
 * t = Mul(x, s); y = Conv(t, w, b)      t = Add(x, h); y = Conv(t, w, b)
 * y = Conv(x, w * s, b)                 y = Conv(x, w, b + sum(w * h))
 * </pre>
 *
 * A product may read {@code t} through a reshape. A shift does not move into a convolution with
 * padding, whose border would then see {@code h} where it should see zero: results would be wrong
 * at the border only. Does not fire either if {@code t} has other readers, or if weights or bias
 * are not constant.
 */
public final class FuseAffineIntoConsumer implements RewriteRule<Op> {
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
    boolean conv = op instanceof Conv;
    if (!conv && !(op instanceof MatMul)
        || graph.constant(node.input(1)).isEmpty()
        || node.inputs().size() > 2 && graph.constant(node.input(2)).isEmpty()) {
      return Optional.empty();
    }
    Value read = node.input(0);
    Optional<Node> view =
        conv || graph.soleConsumer(read).isEmpty()
            ? Optional.empty()
            : graph.producer(read).filter(p -> p.op() instanceof Reshape);
    Optional<Affine> affine =
        Affine.producing(graph, view.isPresent() ? view.get().input(0) : read);
    if (affine.isEmpty() || conv && !affine.get().isMul() && isPadded((Conv) op)) {
      return Optional.empty();
    }
    Tensor w = graph.constant(node.input(1)).get();
    boolean matrix = !conv && w.shape().rank() == 2;
    if (!conv && !matrix) {
      return Optional.empty();
    }
    int axis = conv ? 1 : read.type().shape().rank() - 1;
    Optional<double[]> c =
        view.isPresent()
            ? throughView(graph, affine.get(), read.type(), axis)
            : affine.get().along(graph, axis);
    return c.map(v -> fused(graph, node, view, affine.get(), v));
  }

  private static boolean isPadded(Conv conv) {
    return conv.pads().stream().anyMatch(p -> p != 0);
  }

  /** The constant per place along {@code axis} of the reshaped value. */
  private static Optional<double[]> throughView(
      Graph graph, Affine affine, TensorType reshaped, int axis) {
    int n = reshaped.shape().dim(axis);
    Tensor zeros = Tensor.splat(affine.x().type(), 0);
    Tensor full =
        Constants.combine(zeros, graph.constant(affine.c()).orElseThrow(), (zero, v) -> v);
    double[] values = new double[n];
    for (int i = 0; i < full.size(); i++) {
      if (i < n) {
        values[i] = full.doubleAt(i);
      } else if (full.doubleAt(i) != values[i % n]) {
        return Optional.empty();
      }
    }
    return Optional.of(values);
  }

  private static GraphPatch fused(
      Graph graph, Node node, Optional<Node> view, Affine affine, double[] c) {
    GraphPatch patch = new GraphPatch(graph);
    Tensor w = graph.constant(node.input(1)).orElseThrow();
    Inputs inputs = Inputs.of(node, w);
    List<Value> operands = new ArrayList<>(node.inputs());
    operands.set(0, view.map(v -> patch.inPlaceOf(v, v.op(), affine.x())).orElse(affine.x()));
    if (affine.isMul()) {
      operands.set(
          1,
          patch.constant(
              node.input(1).name(),
              Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) * c[inputs.channel(i)])));
    } else {
      double[] bias = new double[inputs.outputs()];
      for (int i = 0; i < w.size(); i++) {
        bias[inputs.output(i)] += w.doubleAt(i) * c[inputs.channel(i)];
      }
      boolean had = operands.size() > 2;
      for (int o = 0; had && o < bias.length; o++) {
        bias[o] += graph.constant(operands.get(2)).orElseThrow().doubleAt(o);
      }
      Value b =
          patch.constant(
              had ? operands.get(2).name() : node.name() + ".bias",
              Constants.vector(bias, w.type()));
      operands = new ArrayList<>(List.of(operands.get(0), operands.get(1), b));
    }
    Node fused =
        patch.node(node.name(), node.op(), operands, affine.node().origin().and(node.origin()));
    return patch.replace(node.output(), fused.output());
  }

  /**
   * Which input and output channel each weight connects.
   *
   * @param conv whether the weights are {@code [O, C/g, kernel]}, else {@code [K, N]}
   * @param shape shape of the weights
   * @param group groups of a convolution
   */
  private record Inputs(boolean conv, Shape shape, int group) {
    static Inputs of(Node node, Tensor w) {
      return node.op() instanceof Conv c
          ? new Inputs(true, w.shape(), c.group())
          : new Inputs(false, w.shape(), 1);
    }

    int outputs() {
      return shape.dim(conv ? 0 : 1);
    }

    int output(int i) {
      return conv ? i / shape.sizeOf(1, shape.rank()) : i % shape.dim(1);
    }

    int channel(int i) {
      if (!conv) {
        return i / shape.dim(1);
      }
      int within = i / shape.sizeOf(2, shape.rank()) % shape.dim(1);
      return output(i) / (outputs() / group) * shape.dim(1) + within;
    }
  }
}
