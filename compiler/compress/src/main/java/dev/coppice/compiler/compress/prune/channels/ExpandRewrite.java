package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;

/** The target of Expand, which has as many channels as the operand, or 1. */
final class ExpandRewrite implements AxisRewrite {
  @Override
  public boolean accepts(NodeProto node, int axis, ChannelLabels labels) {
    Shape in = labels.shape(node.getInput(0));
    Shape out = labels.shape(node.getOutput(0));
    return in.dim(axis) == out.dim(axis + out.rank() - in.rank());
  }

  @Override
  public List<NodeProto> rewrite(NodeProto node, ChannelRemoval removal) {
    String out = node.getOutput(0);
    if (!removal.isLabelled(out)) {
      return List.of(node);
    }
    long[] target = removal.before().known(node.getInput(1)).orElseThrow().toLongs();
    int at = removal.axis(out) - (removal.before().shape(out).rank() - target.length);
    if (at < 0 || target[at] == 1) {
      return List.of(node);
    }
    target[at] = removal.kept(out).length;
    return List.of(removal.withLongs(node, 1, target));
  }
}
