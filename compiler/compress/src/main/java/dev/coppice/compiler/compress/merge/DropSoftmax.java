package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.Optional;

/**
 * A Softmax or LogSoftmax whose result the model delivers is dropped; the output keeps its name and
 * holds what went into it, in the same order of size.
 *
 * <pre>
 * y = Softmax(x)
 * y = x
 * </pre>
 *
 * On request alone: results are others, only which is the largest stays.
 */
final class DropSoftmax implements MergeRule {
  @Override
  public String name() {
    return "drop-softmax";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    boolean last =
        (Nodes.is(node, "Softmax") || Nodes.is(node, "LogSoftmax"))
            && merging.graph().isOutput(node.getOutput(0))
            && merging.graph().consumers(node.getOutput(0)).isEmpty();
    return last && merging.bypass(node, node.getInput(0))
        ? Optional.of(
            new Merged(Nodes.label(node), node.getOpType() + " is dropped: output is its input"))
        : Optional.empty();
  }
}
