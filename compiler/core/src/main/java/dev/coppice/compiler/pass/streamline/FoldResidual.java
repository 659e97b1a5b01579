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
 * A convolution whose input is added to its result gets the identity added to its weights.
 *
 * <pre>
 * t = Conv(x, w, b); y = Add(t, x)
 * y = Conv(x, w + 1 at [o, o mod C/group, centre], b)
 * </pre>
 *
 * The centre is the tap that reads the place that is written. Does not fire if {@code t} has other
 * readers, if weights are not constant, with strides, or if no tap reads that place.
 */
public final class FoldResidual implements RewriteRule<Add> {
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
    for (int i = 0; i < 2; i++) {
      Value t = node.input(i);
      Optional<Node> host = graph.soleConsumer(t).isEmpty() ? Optional.empty() : graph.producer(t);
      if (host.isPresent()
          && host.get().op() instanceof Conv conv
          && host.get().input(0).equals(node.input(1 - i))
          && t.type().equals(node.input(1 - i).type())
          && graph.constant(host.get().input(1)).isPresent()) {
        Optional<Tensor> w = withIdentity(conv, graph.constant(host.get().input(1)).orElseThrow());
        if (w.isPresent()) {
          GraphPatch patch = new GraphPatch(graph);
          List<Value> operands = new ArrayList<>(host.get().inputs());
          operands.set(1, patch.constant(operands.get(1).name(), w.get()));
          Node fused =
              patch.node(host.get().name(), conv, operands, host.get().origin().and(node.origin()));
          return Optional.of(patch.replace(node.output(), fused.output()));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Tensor> withIdentity(Conv conv, Tensor w) {
    Shape shape = w.shape();
    int tap = 0;
    for (int a = 0; a < conv.strides().size(); a++) {
      int at = conv.pads().get(a) / conv.dilations().get(a);
      if (conv.strides().get(a) != 1
          || at * conv.dilations().get(a) != conv.pads().get(a)
          || at >= shape.dim(a + 2)) {
        return Optional.empty();
      }
      tap = tap * shape.dim(a + 2) + at;
    }
    int taps = shape.sizeOf(2, shape.rank());
    int centre = tap;
    return Optional.of(
        Tensor.fromDoubles(
            w.type(),
            i -> {
              int output = i / taps / shape.dim(1);
              boolean own = i % taps == centre && i / taps % shape.dim(1) == output % shape.dim(1);
              return w.doubleAt(i) + (own ? 1 : 0);
            }));
  }
}
