package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;

/** The target of Reshape: its entry for channels is their new number. */
final class ReshapeRewrite implements AxisRewrite {
  @Override
  public boolean accepts(NodeProto node, int axis, ChannelLabels labels) {
    return true;
  }

  @Override
  public List<NodeProto> rewrite(NodeProto node, ChannelRemoval removal) {
    String in = node.getInput(0);
    String out = node.getOutput(0);
    if (!removal.isLabelled(out)) {
      return List.of(node);
    }
    boolean isAttribute = node.getInputCount() < 2;
    Shape before = removal.before().shape(in);
    Shape result = removal.before().shape(out);
    long[] target =
        isAttribute
            ? Nodes.integers(node, "shape").stream().mapToLong(Integer::longValue).toArray()
            : removal.before().known(node.getInput(1)).orElseThrow().toLongs();
    boolean computed = !isAttribute && !removal.before().isConstant(node.getInput(1));
    boolean zeroCopies = Nodes.integer(node, "allowzero", 0) == 0;
    for (int i = 0; i < target.length; i++) {
      if (i == removal.axis(out)) {
        target[i] = target[i] == -1 ? -1 : removal.kept(out).length;
      } else if (target[i] == 0 && i == removal.axis(in)) {
        target[i] = result.dim(i);
      } else if (computed
          && zeroCopies
          && i == 0
          && i != removal.axis(in)
          && before.dim(i) == result.dim(i)) {
        // A batch that was computed from a shape may be of any size in the file.
        target[i] = 0;
      }
    }
    return List.of(
        isAttribute ? removal.withInts(node, "shape", target) : removal.withLongs(node, 1, target));
  }
}
