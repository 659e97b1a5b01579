package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.Optional;

/**
 * Operators of several operands with broadcasting: operands that have as many channels live
 * together position by position, those with one channel for all are left alone.
 */
final class Elementwise implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> result = result(node, labels);
    if (result.isEmpty() || isLegacy(node)) {
      labels.freezeOperands(node);
      return;
    }
    LabelledAxis axis = result.get();
    int rank = labels.shape(node.getOutput(0)).rank();
    for (int i = 0; i < node.getInputCount(); i++) {
      join(node, i, axis, rank, labels);
    }
    labels.set(node.getOutput(0), axis.axis(), axis.labels());
  }

  /** Opsets before 7 align operands by an attribute. */
  private static boolean isLegacy(NodeProto node) {
    return Nodes.integer(node, "broadcast", 0) != 0;
  }

  /** The labels of the first operand that has all channels, at their axis in the result. */
  private static Optional<LabelledAxis> result(NodeProto node, ChannelLabels labels) {
    Shape shape = labels.shape(node.getOutput(0));
    for (String operand : node.getInputList()) {
      Optional<LabelledAxis> own = labels.of(operand);
      if (own.isPresent()) {
        int axis = own.get().axis() + shape.rank() - labels.shape(operand).rank();
        if (shape.dim(axis) == own.get().labels().length) {
          return Optional.of(new LabelledAxis(axis, own.get().labels()));
        }
      }
    }
    return Optional.empty();
  }

  private static void join(
      NodeProto node, int i, LabelledAxis result, int rank, ChannelLabels labels) {
    String operand = node.getInput(i);
    Shape shape = labels.shape(operand);
    int axis = result.axis() - (rank - shape.rank());
    boolean hasChannels = axis >= 0 && shape.dim(axis) == result.labels().length;
    if (labels.isConstant(node, i)) {
      if (hasChannels && shape.dim(axis) > 1) {
        labels.claim(node, i, new ChannelLabels.Part(Role.CARRIES, axis, result.labels()));
      } else {
        labels.claim(node, i);
      }
      return;
    }
    Optional<LabelledAxis> own = labels.of(operand);
    if (own.isPresent() && own.get().axis() == axis && hasChannels) {
      labels.unite(result.labels(), own.get().labels());
    } else {
      labels.freeze(operand);
      if (hasChannels) {
        labels.freeze(result.labels());
      }
    }
  }
}
