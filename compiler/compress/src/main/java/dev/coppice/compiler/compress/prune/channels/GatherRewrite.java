package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/** The indices of Gather where it picks channels. */
final class GatherRewrite implements AxisRewrite {
  @Override
  public boolean accepts(NodeProto node, int axis, ChannelLabels labels) {
    Shape data = labels.shape(node.getInput(0));
    return along(node, data) != axis || labels.shape(node.getInput(1)).rank() <= 1;
  }

  private static int along(NodeProto node, Shape data) {
    return Math.floorMod((int) Nodes.integer(node, "axis", 0), data.rank());
  }

  @Override
  public List<NodeProto> rewrite(NodeProto node, ChannelRemoval removal) {
    String in = node.getInput(0);
    if (along(node, removal.before().shape(in)) != removal.axis(in)) {
      return List.of(node);
    }
    Tensor indices = removal.before().known(node.getInput(1)).orElseThrow();
    int channels = removal.before().shape(in).dim(removal.axis(in));
    int[] sources = new int[indices.size()];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = Math.floorMod((int) indices.longAt(i), channels);
    }
    int[] moved = removal.moved(in, sources);
    long[] picks = new long[moved.length];
    for (int i = 0; i < picks.length; i++) {
      picks[i] = moved[i];
    }
    Shape shape = indices.shape().rank() == 0 ? Shape.SCALAR : Shape.of(picks.length);
    return List.of(removal.withConstant(node, 1, Tensor.ofLongs(shape, picks)));
  }
}
