package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;

/** The amounts of Pad where it adds channels, of which those go whose partners go. */
final class PadRewrite implements AxisRewrite {
  /** First opset whose pads are an operand. */
  static final int OPERANDS = 11;

  @Override
  public boolean accepts(NodeProto node, int axis, ChannelLabels labels) {
    int rank = labels.shape(node.getInput(0)).rank();
    long[] pads = pads(node, labels.graph());
    int at = at(node, axis, rank, labels.graph());
    boolean plain = at < 0 || (pads[at] == 0 && pads[at + pads.length / 2] == 0);
    boolean constant = Nodes.text(node, "mode", "constant").equals("constant");
    return plain || (constant && pads[at] >= 0 && pads[at + pads.length / 2] >= 0);
  }

  private static long[] pads(NodeProto node, OnnxGraph graph) {
    if (graph.opset() >= OPERANDS) {
      return graph.known(node.getInput(1)).orElseThrow().toLongs();
    }
    String name = Nodes.attribute(node, "pads").isPresent() ? "pads" : "paddings";
    return Nodes.integers(node, name).stream().mapToLong(Integer::longValue).toArray();
  }

  /** Where the pads of {@code axis} begin; -1 if it has none. */
  private static int at(NodeProto node, int axis, int rank, OnnxGraph graph) {
    if (Nodes.input(node, 3).isEmpty()) {
      return axis;
    }
    long[] axes = graph.known(node.getInput(3)).orElseThrow().toLongs();
    for (int i = 0; i < axes.length; i++) {
      if (Math.floorMod((int) axes[i], rank) == axis) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public List<NodeProto> rewrite(NodeProto node, ChannelRemoval removal) {
    String in = node.getInput(0);
    String out = node.getOutput(0);
    int axis = removal.axis(in);
    int at = at(node, axis, removal.before().shape(in).rank(), removal.before());
    if (at < 0 || !removal.isLabelled(out)) {
      return List.of(node);
    }
    long[] pads = pads(node, removal.before());
    long begin = pads[at];
    long end = begin + removal.before().shape(in).dim(axis);
    long first = 0;
    long last = 0;
    for (int kept : removal.kept(out)) {
      first += kept < begin ? 1 : 0;
      last += kept >= end ? 1 : 0;
    }
    pads[at] = first;
    pads[at + pads.length / 2] = last;
    return List.of(
        removal.before().opset() >= OPERANDS
            ? removal.withLongs(node, 1, pads)
            : removal.withInts(node, "pads", pads));
  }
}
