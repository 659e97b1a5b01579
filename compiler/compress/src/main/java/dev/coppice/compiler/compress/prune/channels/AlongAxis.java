package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/** Operators that mix the elements along one axis: channels pass if they lie along another. */
final class AlongAxis implements ChannelFlow {
  private static final int AXIS_OF_ITS_OWN = 13;

  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> own = labels.of(node, 0);
    Optional<Integer> mixed = mixed(node, labels);
    int rank = labels.shape(node.getInput(0)).rank();
    boolean isFlat = isCoerced(node, labels);
    boolean passes =
        own.isPresent()
            && mixed.isPresent()
            && (isFlat
                ? own.get().axis() < Math.floorMod(mixed.get(), rank)
                : own.get().axis() != Math.floorMod(mixed.get(), rank));
    if (passes) {
      labels.set(node.getOutput(0), own.get().axis(), own.get().labels());
    } else {
      labels.freezeOperands(node);
    }
  }

  /** Before opset 13 the softmaxes mix all axes from the given one on. */
  private static boolean isCoerced(NodeProto node, ChannelLabels labels) {
    return labels.graph().opset() < AXIS_OF_ITS_OWN && !node.getOpType().equals("LpNormalization");
  }

  private static Optional<Integer> mixed(NodeProto node, ChannelLabels labels) {
    if (Nodes.is(node, "CumSum")) {
      return labels.known(node, 1).map((Tensor t) -> (int) t.longAt(0));
    }
    boolean last = labels.graph().opset() >= AXIS_OF_ITS_OWN || Nodes.is(node, "LpNormalization");
    return Optional.of((int) Nodes.integer(node, "axis", last ? -1 : 1));
  }
}
