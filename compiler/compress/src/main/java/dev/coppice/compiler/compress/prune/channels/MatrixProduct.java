package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * MatMul. With a constant matrix on either side the channels of the result are new; between two
 * computed operands the axis that is summed over lives together, and the others pass.
 */
final class MatrixProduct implements ChannelFlow {
  @Override
  public void label(NodeProto node, ChannelLabels labels) {
    boolean left = labels.isConstant(node, 0);
    boolean right = labels.isConstant(node, 1);
    int ranks =
        Math.min(labels.shape(node.getInput(0)).rank(), labels.shape(node.getInput(1)).rank());
    if (ranks < 2 || (left && right)) {
      labels.freezeOperands(node);
    } else if (left || right) {
      byConstant(node, left ? 0 : 1, labels);
    } else {
      ofValues(node, labels);
    }
  }

  private static void byConstant(NodeProto node, int operand, ChannelLabels labels) {
    String value = node.getInput(1 - operand);
    Shape w = labels.shape(node.getInput(operand));
    Shape result = labels.shape(node.getOutput(0));
    int wIn = operand == 1 ? w.rank() - 2 : w.rank() - 1;
    int wOut = operand == 1 ? w.rank() - 1 : w.rank() - 2;
    int valueIn = labels.shape(value).rank() - (operand == 1 ? 1 : 2);
    int resultOut = result.rank() - (operand == 1 ? 1 : 2);
    List<ChannelLabels.Part> parts = new ArrayList<>();
    Optional<LabelledAxis> input = labels.of(value).filter(a -> a.axis() == valueIn);
    if (input.isPresent()) {
      parts.add(new ChannelLabels.Part(Role.CONSUMES, wIn, input.get().labels()));
    } else {
      labels.freeze(value);
    }
    int[] out = labels.fresh(result.dim(resultOut));
    parts.add(new ChannelLabels.Part(Role.PRODUCES, wOut, out));
    labels.claim(node, operand, parts.toArray(new ChannelLabels.Part[0]));
    labels.set(node.getOutput(0), resultOut, out);
  }

  private static void ofValues(NodeProto node, ChannelLabels labels) {
    Optional<LabelledAxis> a = labels.of(node, 0);
    Optional<LabelledAxis> b = labels.of(node, 1);
    int aRank = labels.shape(node.getInput(0)).rank();
    int bRank = labels.shape(node.getInput(1)).rank();
    int rank = labels.shape(node.getOutput(0)).rank();
    boolean aSummed = a.isPresent() && a.get().axis() == aRank - 1;
    boolean bSummed = b.isPresent() && b.get().axis() == bRank - 2;
    if (aSummed && bSummed) {
      labels.unite(a.get().labels(), b.get().labels());
    } else if (a.isEmpty() && b.isPresent() && b.get().axis() == bRank - 1) {
      labels.set(node.getOutput(0), rank - 1, b.get().labels());
    } else if (b.isEmpty() && a.isPresent() && a.get().axis() == aRank - 2) {
      labels.set(node.getOutput(0), rank - 2, a.get().labels());
    } else {
      labels.freezeOperands(node);
    }
  }
}
