package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The average is taken before a pointwise convolution, which computes fewer places then.
 *
 * <pre>
 * t = Conv(x, w: [O,I,1,1], b); y = GlobalAveragePool(t)
 * t = GlobalAveragePool(x); y = Conv(t, w, b)
 * </pre>
 *
 * Averages that count pads as zeros change the bias at borders, so the rule does not fire for them;
 * nor if the pooling would add more than the convolution saves.
 */
final class PoolBeforePointwise implements MergeRule {
  @Override
  public String name() {
    return "pool-before-pointwise";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    boolean global = Nodes.is(node, "GlobalAveragePool");
    if (!global && !Nodes.is(node, "AveragePool")) {
      return Optional.empty();
    }
    Optional<Branch> conv =
        Branch.of(merging, node.getInput(0)).filter(b -> b.window().isPointwise());
    Optional<Window> window = global ? Optional.empty() : Window.ofPool(node);
    boolean plain =
        window
            .filter(w -> w.isUnpadded() || Nodes.integer(node, "count_include_pad", 0) == 0)
            .isPresent();
    if (conv.isEmpty() || !global && !plain) {
      return Optional.empty();
    }
    Linear linear = conv.get().conv();
    Shape t = merging.shape(node.getInput(0));
    Shape y = merging.shape(node.getOutput(0));
    long taps =
        global
            ? t.sizeOf(2, t.rank())
            : window.get().kernel().stream().mapToLong(k -> k).reduce(1, (a, b) -> a * b);
    long before = linear.macs(t) + y.size() * taps;
    Shape pooled = y.with(1, linear.inputs());
    long after = linear.macs(y) + pooled.size() * taps;
    if (after >= before) {
      return Optional.empty();
    }
    String x = conv.get().input();
    String between = merging.value(node.getOutput(0) + ".pooled", merging.type(x).with(pooled));
    NodeProto pool = Nodes.withInput(node, 0, x).toBuilder().setOutput(0, between).build();
    NodeProto made =
        Nodes.withInput(linear.node(), 0, between).toBuilder()
            .setOutput(0, node.getOutput(0))
            .build();
    merging.merge(node, List.of(pool, made), List.of(linear.node()));
    String what =
        String.format(
            Locale.ROOT,
            "moves behind %s: %d instead of %d operations",
            Nodes.label(node),
            after,
            before);
    return Optional.of(new Merged(Nodes.label(linear.node()), what));
  }
}
