package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Optional;

/**
 * Normalization over groups of channels: the same position of every group goes, which changes the
 * statistics of those that stay: it is approximate.
 */
final class GroupedNormalization implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> own = labels.of(node, 0).filter(a -> a.axis() == 1);
    if (own.isEmpty()) {
      labels.freezeOperands(node);
      return;
    }
    int[] all = own.get().labels();
    int size = all.length / (int) Nodes.integer(node, "num_groups", 1);
    for (int i = size; i < all.length; i++) {
      labels.unite(all[i], all[i % size]);
    }
    labels.approximate(all);
    for (int i = 1; i < node.getInputCount(); i++) {
      // Until opset 21 scale and shift have an element for each group.
      if (labels.shape(node.getInput(i)).size() == all.length) {
        Role role = i == 1 ? Role.SCALES : Role.CARRIES;
        labels.claim(node, i, new ChannelLabels.Part(role, 0, all));
      } else {
        labels.claim(node, i);
      }
    }
    labels.set(node.getOutput(0), 1, all);
  }
}
