package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Convolutions: channels of the result are new. A grouped convolution loses the same channels in
 * each group; where a group has a single channel on one side, as in depthwise convolutions, whole
 * groups.
 */
final class Convolution implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> input = labels.of(node, 0).filter(a -> a.axis() == 1);
    if (input.isEmpty() || !labels.isConstant(node, 1)) {
      labels.freeze(node.getInput(0));
    }
    if (!labels.isConstant(node, 1)) {
      labels.freezeOperands(node);
      return;
    }
    int inputs = labels.shape(node.getInput(0)).dim(1);
    int outputs = labels.shape(node.getOutput(0)).dim(1);
    int[] in = input.map(LabelledAxis::labels).orElseGet(() -> new int[inputs]);
    int[] out = labels.fresh(outputs);
    int groups = (int) Nodes.integer(node, "group", 1);
    if (groups > 1 && losesWholeGroups(node, labels.shape(node.getInput(1)), inputs, outputs)) {
      claimGroups(node, labels, in, out, groups);
    } else {
      claimWithin(node, labels, in, out, groups);
    }
    labels.claim(node, 2, new ChannelLabels.Part(Role.CARRIES, 0, out));
    labels.set(node.getOutput(0), 1, out);
  }

  private static boolean isTransposed(NodeProto node) {
    return node.getOpType().equals("ConvTranspose");
  }

  private static boolean losesWholeGroups(NodeProto node, Shape w, int inputs, int outputs) {
    int groups = (int) Nodes.integer(node, "group", 1);
    return w.rank() > 1 && groups > 1 && (inputs == groups || outputs == groups);
  }

  /** All channels of a group, on both sides, are one unit. */
  private static void claimGroups(
      NodeProto node, ChannelLabels labels, int[] in, int[] out, int groups) {
    for (int q = 0; q < groups; q++) {
      uniteAll(labels, part(in, q, groups), out[q * out.length / groups]);
      uniteAll(labels, part(out, q, groups), out[q * out.length / groups]);
    }
    labels.claim(node, 1, new ChannelLabels.Part(Role.PRODUCES, 0, isTransposed(node) ? in : out));
  }

  /** Channel c of every group is one unit, on each side. */
  private static void claimWithin(
      NodeProto node, ChannelLabels labels, int[] in, int[] out, int groups) {
    for (int q = 1; q < groups; q++) {
      labels.unite(part(in, 0, groups), part(in, q, groups));
      labels.unite(part(out, 0, groups), part(out, q, groups));
    }
    boolean transposed = isTransposed(node);
    int[] first = transposed ? in : out;
    int[] second = part(transposed ? out : in, 0, groups);
    labels.claim(
        node,
        1,
        new ChannelLabels.Part(transposed ? Role.CONSUMES : Role.PRODUCES, 0, first),
        new ChannelLabels.Part(transposed ? Role.PRODUCES : Role.CONSUMES, 1, second));
  }

  private static int[] part(int[] labels, int q, int groups) {
    int size = labels.length / groups;
    return Arrays.copyOfRange(labels, q * size, (q + 1) * size);
  }

  private static void uniteAll(ChannelLabels labels, int[] some, int with) {
    for (int label : some) {
      labels.unite(label, with);
    }
  }

  @Override
  public List<NodeProto> fixed(NodeProto node, ChannelRemoval removal) {
    int groups = (int) Nodes.integer(node, "group", 1);
    Shape w = removal.before().shape(node.getInput(1));
    int inputs = removal.before().shape(node.getInput(0)).dim(1);
    int outputs = removal.before().shape(node.getOutput(0)).dim(1);
    if (!losesWholeGroups(node, w, inputs, outputs)) {
      return List.of(node);
    }
    int kept = removal.kept(node.getOutput(0)).length;
    return List.of(Nodes.with(node, Nodes.integer("group", (long) kept * groups / outputs)));
  }
}
