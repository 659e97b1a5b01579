package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** Concat: along channels labels follow each other, along another axis they live together. */
final class Concatenation implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Shape shape = labels.shape(node.getOutput(0));
    int along = Math.floorMod((int) Nodes.integer(node, "axis", 1), shape.rank());
    Set<Integer> axes = new LinkedHashSet<>();
    node.getInputList().forEach(i -> labels.of(i).ifPresent(a -> axes.add(a.axis())));
    if (axes.size() != 1) {
      labels.freezeOperands(node);
      return;
    }
    int axis = axes.iterator().next();
    int[] all = new int[shape.dim(axis)];
    int at = 0;
    for (int i = 0; i < node.getInputCount(); i++) {
      int size = labels.shape(node.getInput(i)).dim(axis);
      if (axis == along) {
        System.arraycopy(own(node, i, axis, size, labels), 0, all, at, size);
        at += size;
      } else if (i == 0) {
        all = own(node, i, axis, size, labels);
      } else {
        labels.unite(all, own(node, i, axis, size, labels));
      }
    }
    labels.set(node.getOutput(0), axis, all);
  }

  /** The labels of operand {@code i}: new ones for a constant, frozen ones where none are known. */
  private static int[] own(NodeProto node, int i, int axis, int size, ChannelLabels labels) {
    if (labels.isConstant(node, i)) {
      int[] fresh = labels.fresh(size);
      labels.claim(node, i, new ChannelLabels.Part(Role.CARRIES, axis, fresh));
      return fresh;
    }
    int[] frozen = new int[size];
    Arrays.fill(frozen, ChannelLabels.FROZEN);
    return labels.of(node, i).map(LabelledAxis::labels).orElse(frozen);
  }
}
