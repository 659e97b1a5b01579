package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Optional;

/** LRN: other channels become neighbours, so removal is approximate. */
final class LocalResponse implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> own = labels.of(node, 0).filter(a -> a.axis() == 1);
    if (own.isEmpty()) {
      labels.freezeOperands(node);
      return;
    }
    labels.approximate(own.get().labels());
    labels.set(node.getOutput(0), 1, own.get().labels());
  }
}
