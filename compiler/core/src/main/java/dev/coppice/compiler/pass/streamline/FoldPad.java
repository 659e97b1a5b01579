package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.AveragePool;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.MaxPool;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Spatial padding by a constant becomes padding of the convolution or pooling behind it.
 *
 * <pre>
 * t = Pad(x) {pads=[0,0,1,1, 0,0,1,1], value=0}; y = Conv(t, w) {pads=[0,0,0,0]}
 * y = Conv(x, w) {pads=[1,1,1,1]}
 * </pre>
 *
 * Zeros fold into a convolution; into an average that counts its pads or has none of its own; into
 * a maximum if its operand is never negative, where minus infinity always folds. Does not fire if
 * the padded value has other readers, along batch or channels, for negative pads, or if a window of
 * a maximum would cover pads only.
 */
public final class FoldPad implements RewriteRule<Op> {
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
    Optional<Node> producer =
        node.inputs().isEmpty() || graph.soleConsumer(node.input(0)).isEmpty()
            ? Optional.empty()
            : graph.producer(node.input(0));
    if (producer.isEmpty()
        || !(producer.get().op() instanceof Pad pad)
        || pad.mode() != Pad.Mode.CONSTANT
        || !isSpatial(pad)) {
      return Optional.empty();
    }
    return padded(graph, producer.get(), pad, op)
        .map(
            folded -> {
              GraphPatch patch = new GraphPatch(graph);
              List<Value> operands = new ArrayList<>(node.inputs());
              operands.set(0, producer.get().input(0));
              Node merged =
                  patch.node(
                      node.name(), folded, operands, producer.get().origin().and(node.origin()));
              return patch.replace(node.output(), merged.output());
            });
  }

  private static boolean isSpatial(Pad pad) {
    int rank = pad.pads().size() / 2;
    for (int i = 0; i < 2 * rank; i++) {
      int p = pad.pads().get(i);
      if (p < 0 || i % rank < 2 && p != 0) {
        return false;
      }
    }
    return rank > 2;
  }

  /** {@code op} with the pads of {@code pad} added to its own, if it then computes the same. */
  private static Optional<Op> padded(Graph graph, Node padNode, Pad pad, Op op) {
    if (op instanceof Conv c && pad.value() == 0) {
      return Optional.of(new Conv(c.strides(), sum(pad, c.pads()), c.dilations(), c.group()));
    }
    if (op instanceof AveragePool p
        && pad.value() == 0
        && (p.countIncludePad() || Windows.allZero(p.pads()))) {
      return Optional.of(
          new AveragePool(
              p.kernel(), p.strides(), sum(pad, p.pads()), p.dilations(), true, p.outputShape()));
    }
    if (op instanceof MaxPool p) {
      List<Integer> extents =
          Arrays.stream(padNode.input(0).type().shape().dims()).skip(2).boxed().toList();
      List<Integer> pads = sum(pad, p.pads());
      boolean least =
          pad.value() == Double.NEGATIVE_INFINITY && padNode.input(0).type().dtype().isFloat();
      boolean zero = pad.value() == 0 && NonNegative.is(graph, padNode.input(0));
      return (least || zero)
              && Windows.allTouchInput(
                  extents, p.kernel(), p.strides(), pads, p.dilations(), p.outputShape())
          ? Optional.of(new MaxPool(p.kernel(), p.strides(), pads, p.dilations(), p.outputShape()))
          : Optional.empty();
    }
    return Optional.empty();
  }

  private static List<Integer> sum(Pad pad, List<Integer> own) {
    int rank = pad.pads().size() / 2;
    int spatial = rank - 2;
    List<Integer> pads = new ArrayList<>();
    for (int i = 0; i < 2 * spatial; i++) {
      pads.add(own.get(i) + pad.pads().get(i < spatial ? i + 2 : i + 4));
    }
    return pads;
  }
}
