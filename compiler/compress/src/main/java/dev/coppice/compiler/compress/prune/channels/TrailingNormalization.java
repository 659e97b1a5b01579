package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.Optional;

/**
 * Normalization over the axes from {@code axis} on. Where channels are among them, removal changes
 * the statistics of those that stay: it is approximate.
 */
final class TrailingNormalization implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> own = labels.of(node, 0);
    if (own.isEmpty() || node.getOutputList().stream().filter(o -> !o.isEmpty()).count() > 1) {
      labels.freezeOperands(node);
      return;
    }
    LabelledAxis axis = own.get();
    int rank = labels.shape(node.getInput(0)).rank();
    if (axis.axis() >= Math.floorMod((int) Nodes.integer(node, "axis", -1), rank)) {
      labels.approximate(axis.labels());
    }
    for (int i = 1; i < node.getInputCount(); i++) {
      claim(node, i, axis, rank, labels);
    }
    labels.set(node.getOutput(0), axis.axis(), axis.labels());
  }

  /** Scale and shift are aligned with the last axes. */
  private static void claim(
      NodeProto node, int i, LabelledAxis own, int rank, ChannelLabels labels) {
    if (Nodes.input(node, i).isEmpty()) {
      return;
    }
    Shape shape = labels.shape(node.getInput(i));
    int axis = own.axis() - (rank - shape.rank());
    if (axis >= 0 && shape.dim(axis) == own.labels().length && own.labels().length > 1) {
      Role role = i == 1 ? Role.SCALES : Role.CARRIES;
      labels.claim(node, i, new ChannelLabels.Part(role, axis, own.labels()));
    } else {
      labels.claim(node, i);
    }
  }
}
