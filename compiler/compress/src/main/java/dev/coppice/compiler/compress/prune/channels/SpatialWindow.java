package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Optional;

/** Pools: windows over the axes from the third on, each channel by itself. */
final class SpatialWindow implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> axis = labels.of(node, 0);
    // The second result of MaxPool is places in the whole tensor, which channels shift.
    if (axis.isEmpty() || axis.get().axis() > 1 || node.getOutputCount() > 1) {
      labels.freezeOperands(node);
    } else {
      labels.set(node.getOutput(0), axis.get().axis(), axis.get().labels());
    }
  }
}
