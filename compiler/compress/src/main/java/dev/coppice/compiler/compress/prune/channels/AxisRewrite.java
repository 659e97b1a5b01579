package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;

/** What of an operator that moves elements counts the indices along an axis. */
interface AxisRewrite {
  /** Of an operator whose attributes fit any number of channels. */
  AxisRewrite NONE =
      new AxisRewrite() {
        @Override
        public boolean accepts(NodeProto node, int axis, ChannelLabels labels) {
          return true;
        }

        @Override
        public List<NodeProto> rewrite(NodeProto node, ChannelRemoval removal) {
          return List.of(node);
        }
      };

  /** Whether {@link #rewrite} can follow the removal of channels along {@code axis}. */
  boolean accepts(NodeProto node, int axis, ChannelLabels labels);

  /** The node for fewer channels. */
  List<NodeProto> rewrite(NodeProto node, ChannelRemoval removal);
}
