package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Operators that only move elements: they are run on labels in place of elements. Of the axes along
 * which labels then differ one stays the channels', and labels that share an index of it live
 * together.
 */
final class Rearrangement implements ChannelFlow {
  /** Operators whose first operand has channels along the second axis. */
  private static final Set<String> CHANNELS_SECOND =
      Set.of(
          "AveragePool",
          "BatchNormalization",
          "Conv",
          "ConvTranspose",
          "DepthToSpace",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "InstanceNormalization",
          "LRN",
          "MaxPool",
          "SpaceToDepth");

  private final AxisRewrite rewrite;

  Rearrangement(AxisRewrite rewrite) {
    this.rewrite = rewrite;
  }

  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> own = labels.of(node, 0);
    boolean known = true;
    for (int i = 1; i < node.getInputCount(); i++) {
      labels.claim(node, i);
      known &= Nodes.input(node, i).isEmpty() || labels.known(node, i).isPresent();
    }
    if (own.isEmpty() || !known || !rewrite.accepts(node, own.get().axis(), labels)) {
      labels.freezeOperands(node);
      return;
    }
    Map<String, Tensor> moved = MovedLabels.run(node, own.get(), labels.graph());
    moved.forEach((name, ids) -> label(name, ids, labels));
  }

  private static void label(String name, Tensor ids, ChannelLabels labels) {
    int axis = axis(name, ids, labels);
    if (axis < 0) {
      for (int i = 0; i < ids.size(); i++) {
        labels.unite((int) Math.max(ChannelLabels.FROZEN, ids.doubleAt(i)), ChannelLabels.FROZEN);
      }
      return;
    }
    int[] found = new int[ids.shape().dim(axis)];
    Arrays.fill(found, MovedLabels.NONE);
    int stride = ids.shape().strides()[axis];
    for (int i = 0; i < ids.size(); i++) {
      int id = (int) ids.doubleAt(i);
      int at = i / stride % found.length;
      if (id != MovedLabels.NONE && found[at] == MovedLabels.NONE) {
        found[at] = id;
      } else if (id != MovedLabels.NONE) {
        labels.unite(found[at], id);
      }
    }
    for (int i = 0; i < found.length; i++) {
      // What padding adds is a channel of its own, which goes with what it is joined with.
      found[i] = found[i] == MovedLabels.NONE ? labels.fresh(1)[0] : found[i];
    }
    labels.set(name, axis, found);
  }

  /** The axis of channels: the second for readers that say so, or the longest; -1 without any. */
  private static int axis(String name, Tensor ids, ChannelLabels labels) {
    Shape shape = ids.shape();
    int best = -1;
    for (int axis = 0; axis < shape.rank(); axis++) {
      if (varies(ids, axis) && (best < 0 || shape.dim(axis) > shape.dim(best))) {
        best = axis;
      }
    }
    boolean second =
        labels.graph().consumers(name).stream()
            .anyMatch(c -> CHANNELS_SECOND.contains(c.getOpType()) && c.getInput(0).equals(name));
    return second && shape.rank() > 1 && varies(ids, 1) ? 1 : best;
  }

  private static boolean varies(Tensor ids, int axis) {
    int stride = ids.shape().strides()[axis];
    int dim = ids.shape().dim(axis);
    int[] first = new int[ids.size()];
    Arrays.fill(first, MovedLabels.NONE);
    for (int i = 0; i < ids.size(); i++) {
      int id = (int) ids.doubleAt(i);
      int line = i - i / stride % dim * stride;
      if (id != MovedLabels.NONE && first[line] != MovedLabels.NONE && first[line] != id) {
        return true;
      }
      first[line] = first[line] == MovedLabels.NONE ? id : first[line];
    }
    return false;
  }

  @Override
  public List<NodeProto> fixed(NodeProto node, ChannelRemoval removal) {
    boolean touched =
        removal.shrinks(node.getInput(0))
            || node.getOutputList().stream().anyMatch(removal::shrinks);
    return touched ? rewrite.rewrite(node, removal) : List.of(node);
  }
}
