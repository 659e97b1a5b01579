package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;

/** The sizes of Split where it cuts channels. */
final class SplitRewrite implements AxisRewrite {
  private static final int OPERANDS = 13;

  @Override
  public boolean accepts(NodeProto node, int axis, ChannelLabels labels) {
    return node.getOutputList().stream().allMatch(labels.graph()::hasType);
  }

  @Override
  public List<NodeProto> rewrite(NodeProto node, ChannelRemoval removal) {
    String in = node.getInput(0);
    Shape shape = removal.before().shape(in);
    int along = Math.floorMod((int) Nodes.integer(node, "axis", 0), shape.rank());
    if (along != removal.axis(in)) {
      return List.of(node);
    }
    long[] sizes = new long[node.getOutputCount()];
    for (int i = 0; i < sizes.length; i++) {
      String part = node.getOutput(i);
      sizes[i] =
          removal.isLabelled(part)
              ? removal.kept(part).length
              : removal.before().shape(part).dim(along);
    }
    return List.of(
        removal.before().opset() >= OPERANDS
            ? Nodes.without(removal.withLongs(node, 1, sizes), "num_outputs")
            : removal.withInts(node, "split", sizes));
  }
}
