package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Optional;

/** Normalization of each channel by itself, with constants for each. */
final class ChannelNormalization implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> own = labels.of(node, 0).filter(a -> a.axis() == 1);
    if (own.isEmpty() || node.getOutputList().stream().filter(o -> !o.isEmpty()).count() > 1) {
      labels.freezeOperands(node);
      return;
    }
    for (int i = 1; i < node.getInputCount(); i++) {
      Role role = i == 1 ? Role.SCALES : Role.CARRIES;
      labels.claim(node, i, new ChannelLabels.Part(role, 0, own.get().labels()));
    }
    labels.set(node.getOutput(0), 1, own.get().labels());
  }
}
