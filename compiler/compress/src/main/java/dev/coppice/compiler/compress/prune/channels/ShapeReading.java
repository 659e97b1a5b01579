package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Shape. What is computed from a shape follows when channels go, which is right for sizes; where it
 * becomes a number that values are computed with, the channels stay.
 */
final class ShapeReading implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    labels.claim(node, 0);
    if (labels.of(node, 0).isPresent() && reachesNumbers(node, labels)) {
      labels.freezeOperands(node);
    }
  }

  private static boolean reachesNumbers(NodeProto node, ChannelLabels labels) {
    Deque<String> open = new ArrayDeque<>(node.getOutputList());
    Set<String> seen = new LinkedHashSet<>(open);
    while (!open.isEmpty()) {
      String value = open.pop();
      if (labels.graph().known(value).isEmpty()) {
        continue;
      }
      if (labels.graph().type(value).dtype().isFloat() || labels.graph().isOutput(value)) {
        return true;
      }
      for (NodeProto reader : labels.graph().consumers(value)) {
        reader.getOutputList().stream().filter(seen::add).forEach(open::push);
      }
    }
    return false;
  }
}
