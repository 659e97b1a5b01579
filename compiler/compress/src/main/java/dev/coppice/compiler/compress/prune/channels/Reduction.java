package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reductions. Channels pass if they lie along an axis that stays; a sum over channels loses their
 * terms, every other reduction over them keeps them.
 */
final class Reduction implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> own = labels.of(node, 0);
    Optional<List<Integer>> axes = axes(node, labels);
    for (int i = 1; i < node.getInputCount(); i++) {
      labels.claim(node, i);
    }
    if (own.isEmpty() || axes.isEmpty()) {
      labels.freezeOperands(node);
      return;
    }
    int axis = own.get().axis();
    if (axes.get().contains(axis)) {
      if (!isSum(node)) {
        labels.freeze(own.get().labels());
      }
      return;
    }
    boolean kept = Nodes.integer(node, "keepdims", 1) != 0;
    int before = kept ? 0 : (int) axes.get().stream().filter(a -> a < axis).count();
    labels.set(node.getOutput(0), axis - before, own.get().labels());
  }

  private static boolean isSum(NodeProto node) {
    return List.of("ReduceSum", "ReduceL1", "ReduceL2", "ReduceSumSquare")
        .contains(node.getOpType());
  }

  /** The reduced axes, not negative; empty if they are not known. */
  private static Optional<List<Integer>> axes(NodeProto node, ChannelLabels labels) {
    int rank = labels.shape(node.getInput(0)).rank();
    List<Integer> given = new ArrayList<>(Nodes.integers(node, "axes"));
    if (Nodes.input(node, 1).isPresent()) {
      Optional<Tensor> known = labels.known(node, 1);
      if (known.isEmpty()) {
        return Optional.empty();
      }
      for (long axis : known.get().toLongs()) {
        given.add((int) axis);
      }
    }
    if (given.isEmpty() && Nodes.integer(node, "noop_with_empty_axes", 0) == 0) {
      for (int i = 0; i < rank; i++) {
        given.add(i);
      }
    }
    return Optional.of(given.stream().map(a -> Math.floorMod(a, rank)).toList());
  }
}
