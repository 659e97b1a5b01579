package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;

/** Operators that compute each element of their results from that element of their operand. */
final class Pointwise implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    for (int i = 1; i < node.getInputCount(); i++) {
      labels.freeze(node.getInput(i));
      labels.claim(node, i);
    }
    labels
        .of(node, 0)
        .ifPresent(a -> node.getOutputList().forEach(o -> labels.set(o, a.axis(), a.labels())));
  }
}
