package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;

/** How channels pass through a family of operators. */
interface ChannelFlow {
  /**
   * Gives labels to the results of {@code node}, unites those that must die together and claims the
   * constants that have elements for channels. A result without labels is one whose channels are
   * not known, so that what is joined with them stays.
   */
  void label(NodeProto node, ChannelLabels labels);

  /**
   * What stands for {@code node} when channels are gone from its operands: itself where its
   * attributes do not count channels.
   */
  default List<NodeProto> fixed(NodeProto node, ChannelRemoval removal) {
    return List.of(node);
  }
}
