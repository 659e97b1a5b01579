package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** Resizing of axes that are not channels. */
final class Resampling implements ChannelFlow {
  private static final int SIZES = 3;

  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> axis = labels.of(node, 0);
    for (int i = 1; i < node.getInputCount(); i++) {
      labels.freeze(node.getInput(i));
      labels.claim(node, i);
    }
    boolean passes =
        axis.isPresent()
            && labels.shape(node.getOutput(0)).dim(axis.get().axis()) == axis.get().labels().length
            && !Nodes.text(node, "coordinate_transformation_mode", "").equals("tf_crop_and_resize")
            && (Nodes.input(node, SIZES).isEmpty() || isPlain(node, labels));
    if (passes) {
      labels.set(node.getOutput(0), axis.get().axis(), axis.get().labels());
    } else {
      labels.freezeOperands(node);
    }
  }

  /** Whether sizes are known and are those of all axes, taken as they are. */
  private static boolean isPlain(NodeProto node, ChannelLabels labels) {
    return labels.known(node, SIZES).isPresent()
        && Nodes.attribute(node, "axes").isEmpty()
        && Nodes.text(node, "keep_aspect_ratio_policy", "stretch").equals("stretch");
  }

  @Override
  public List<NodeProto> fixed(NodeProto node, ChannelRemoval removal) {
    Optional<Tensor> sizes = Nodes.input(node, SIZES).flatMap(removal.before()::known);
    if (sizes.isEmpty() || !removal.shrinks(node.getInput(0))) {
      return List.of(node);
    }
    long[] target = sizes.get().toLongs();
    target[removal.axis(node.getInput(0))] = removal.kept(node.getInput(0)).length;
    return List.of(removal.withLongs(node, SIZES, target));
  }
}
