package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;
import java.util.Optional;

/**
 * The maximum is taken before bounds are applied, to fewer elements then.
 *
 * <pre>
 * t = Relu(x); y = MaxPool(t)
 * t = MaxPool(x); y = Relu(t)
 * </pre>
 *
 * On request alone, since runtimes compute a Relu behind a convolution at no cost. Does not fire if
 * a window may cover pads only, or if positions of maxima are asked for.
 */
final class PoolBeforeRelu implements MergeRule {
  @Override
  public String name() {
    return "pool-before-relu";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    boolean pool =
        Nodes.is(node, "GlobalMaxPool")
            || Nodes.is(node, "MaxPool")
                && node.getOutputCount() == 1
                && Window.ofPool(node).filter(PoolBeforeRelu::touchesInput).isPresent();
    Optional<NodeProto> relu =
        pool
            ? merging.soleProducer(node.getInput(0)).filter(p -> Bounds.of(merging, p).isPresent())
            : Optional.empty();
    if (relu.isEmpty() || !merging.isFloat(node.getInput(0))) {
      return Optional.empty();
    }
    String y = node.getOutput(0);
    String pooled = merging.value(y + ".pooled", merging.type(y));
    NodeProto first =
        Nodes.withInput(node, 0, relu.get().getInput(0)).toBuilder().setOutput(0, pooled).build();
    NodeProto second = Nodes.withInput(relu.get(), 0, pooled).toBuilder().setOutput(0, y).build();
    merging.merge(node, List.of(first, second), List.of(relu.get()));
    return Optional.of(
        new Merged(Nodes.label(node), "moves in front of " + Nodes.label(relu.get())));
  }

  private static boolean touchesInput(Window window) {
    for (int i = 0; i < window.pads().size(); i++) {
      int a = i % window.rank();
      if (window.pads().get(i) >= window.kernel().get(a) || window.dilations().get(a) != 1) {
        return false;
      }
    }
    return true;
  }
}
