package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Spatial padding by a constant becomes padding of the convolution or pooling behind it.
 *
 * <pre>
 * t = Pad(x, [0,0,1,1, 0,0,1,1], 0); y = Conv(t, w) {pads=[0,0,0,0]}
 * y = Conv(x, w) {pads=[1,1,1,1]}
 * </pre>
 *
 * Zeros fold into a convolution; into an average that counts its pads or has none of its own; into
 * a maximum if its operand is never negative, where minus infinity always folds. Does not fire
 * along batch or channels, for negative pads, or if a pooling would pad as much as its window.
 */
final class FoldPad implements MergeRule {
  @Override
  public String name() {
    return "fold-pad";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (node.getInputCount() == 0 || !Nodes.isStandard(node)) {
      return Optional.empty();
    }
    Optional<NodeProto> pad =
        merging.soleProducer(node.getInput(0)).filter(p -> Nodes.is(p, "Pad"));
    Optional<List<Integer>> pads = pad.flatMap(p -> spatialPads(merging, p));
    Optional<NodeProto> folded = pads.flatMap(p -> folded(merging, pad.orElseThrow(), p, node));
    if (folded.isEmpty()) {
      return Optional.empty();
    }
    NodeProto made = Nodes.withInput(folded.get(), 0, pad.orElseThrow().getInput(0));
    merging.merge(node, List.of(made), List.of(pad.get()));
    return Optional.of(
        new Merged(
            Nodes.label(node), "takes in " + Nodes.label(pad.get()) + ": pads " + pads.get()));
  }

  /** The pads of the spatial axes, in front of all and behind all; empty if there are others. */
  private static Optional<List<Integer>> spatialPads(Merging merging, NodeProto pad) {
    List<Integer> all = merging.integers(pad, 1).orElseGet(() -> Nodes.integers(pad, "pads"));
    int rank = merging.shape(pad.getInput(0)).rank();
    boolean constant = Nodes.text(pad, "mode", "constant").equals("constant");
    if (rank < 3 || all.size() != 2 * rank || !constant || Nodes.input(pad, 3).isPresent()) {
      return Optional.empty();
    }
    List<Integer> spatial = new ArrayList<>();
    for (int i = 0; i < 2 * rank; i++) {
      if (all.get(i) < 0 || i % rank < 2 && all.get(i) != 0) {
        return Optional.empty();
      }
      if (i % rank >= 2) {
        spatial.add(all.get(i));
      }
    }
    return Optional.of(spatial);
  }

  /** What is padded with; empty if that is not constant. */
  private static Optional<Double> value(Merging merging, NodeProto pad) {
    if (Nodes.input(pad, 2).isEmpty()) {
      return Optional.of(
          Nodes.attribute(pad, "value")
              .map(AttributeProto::getF)
              .map(Float::doubleValue)
              .orElse(0.0));
    }
    return merging.graph().constant(pad.getInput(2)).filter(t -> t.size() == 1).map(FoldPad::first);
  }

  private static double first(Tensor data) {
    return data.doubleAt(0);
  }

  private static Optional<NodeProto> folded(
      Merging merging, NodeProto pad, List<Integer> pads, NodeProto node) {
    Optional<Double> value = value(merging, pad);
    if (value.isEmpty() || !merging.isFloat(pad.getInput(0))) {
      return Optional.empty();
    }
    return switch (node.getOpType()) {
      case "Conv" ->
          value.get() != 0 || node.getInput(1).equals(node.getInput(0))
              ? Optional.empty()
              : Window.ofConv(node, merging.shape(node.getInput(1)))
                  .map(w -> w.withPads(sum(w.pads(), pads)).written(node));
      case "AveragePool" -> average(value.get(), pads, node);
      case "MaxPool" -> maximum(merging, value.get(), pads, pad, node);
      default -> Optional.empty();
    };
  }

  private static Optional<NodeProto> average(double value, List<Integer> pads, NodeProto node) {
    boolean counts = Nodes.integer(node, "count_include_pad", 0) != 0;
    return Window.ofPool(node)
        .filter(w -> value == 0 && (counts || w.isUnpadded()))
        .map(w -> w.withPads(sum(w.pads(), pads)))
        .filter(FoldPad::touchesInput)
        .map(w -> Nodes.with(w.written(node), Nodes.integer("count_include_pad", 1)));
  }

  private static Optional<NodeProto> maximum(
      Merging merging, double value, List<Integer> pads, NodeProto pad, NodeProto node) {
    boolean least = value == Double.NEGATIVE_INFINITY;
    boolean zero = value == 0 && NonNegative.is(merging, pad.getInput(0));
    return node.getOutputCount() > 1 || !(least || zero)
        ? Optional.empty()
        : Window.ofPool(node)
            .map(w -> w.withPads(sum(w.pads(), pads)))
            .filter(FoldPad::touchesInput)
            .map(w -> w.written(node));
  }

  /** Whether every window has a place that is not padding. */
  private static boolean touchesInput(Window window) {
    for (int i = 0; i < window.pads().size(); i++) {
      int a = i % window.rank();
      if (window.pads().get(i) >= window.kernel().get(a) || window.dilations().get(a) != 1) {
        return false;
      }
    }
    return true;
  }

  private static List<Integer> sum(List<Integer> own, List<Integer> more) {
    List<Integer> sum = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      sum.add(own.get(i) + more.get(i));
    }
    return sum;
  }
}
