package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.Optional;

/** Gemm with constant weights: columns of the result are new channels. */
final class GeneralProduct implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    int inner = Nodes.integer(node, "transA", 0) == 0 ? 1 : 0;
    boolean transposed = Nodes.integer(node, "transB", 0) != 0;
    if (!labels.isConstant(node, 1)) {
      labels.freezeOperands(node);
      return;
    }
    Optional<LabelledAxis> input = labels.of(node, 0).filter(a -> a.axis() == inner);
    if (input.isEmpty()) {
      labels.freeze(node.getInput(0));
      labels.claim(node, 0);
    }
    int[] out = labels.fresh(labels.shape(node.getOutput(0)).dim(1));
    ChannelLabels.Part made = new ChannelLabels.Part(Role.PRODUCES, transposed ? 0 : 1, out);
    if (input.isPresent()) {
      int[] in = input.get().labels();
      labels.claim(node, 1, made, new ChannelLabels.Part(Role.CONSUMES, transposed ? 1 : 0, in));
    } else {
      labels.claim(node, 1, made);
    }
    claimAdded(node, labels, out);
    labels.set(node.getOutput(0), 1, out);
  }

  private static void claimAdded(NodeProto node, ChannelLabels labels, int[] out) {
    if (Nodes.input(node, 2).isEmpty()) {
      return;
    }
    Shape added = labels.shape(node.getInput(2));
    boolean perChannel =
        added.rank() > 0 && added.dim(added.rank() - 1) == out.length && out.length > 1;
    if (perChannel) {
      labels.claim(node, 2, new ChannelLabels.Part(Role.CARRIES, added.rank() - 1, out));
    } else {
      labels.freeze(node.getInput(2));
      labels.claim(node, 2);
    }
  }
}
