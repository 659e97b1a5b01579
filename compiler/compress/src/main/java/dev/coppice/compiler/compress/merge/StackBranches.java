package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Convolutions of one input and one geometry whose results lie side by side in a Concat along
 * channels become one with stacked weights.
 *
 * <pre>
 * t = Conv(x, w); u = Conv(x, v); y = Concat(t, u) {axis=1}
 * y = Conv(x, w above v)
 * </pre>
 *
 * Does not fire with groups.
 */
final class StackBranches implements MergeRule {
  @Override
  public String name() {
    return "stack-branches";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (!Nodes.is(node, "Concat") || !alongChannels(merging, node)) {
      return Optional.empty();
    }
    for (int i = 0; i + 1 < node.getInputCount(); i++) {
      Optional<Branch> a = Branch.of(merging, node.getInput(i));
      Optional<Branch> b =
          a.isEmpty() ? Optional.empty() : Branch.of(merging, node.getInput(i + 1));
      if (b.isPresent() && fits(a.get(), b.get())) {
        return Optional.of(stack(merging, node, i, a.get(), b.get()));
      }
    }
    return Optional.empty();
  }

  private static boolean alongChannels(Merging merging, NodeProto node) {
    long axis = Nodes.integer(node, "axis", 1);
    return axis == 1 || axis == 1 - merging.shape(node.getOutput(0)).rank();
  }

  /** Whether {@code a} and {@code b} can be one convolution. */
  static boolean fits(Branch a, Branch b) {
    return a.conv().node() != b.conv().node()
        && a.input().equals(b.input())
        && a.window().equals(b.window())
        && a.conv().groups() == 1
        && b.conv().groups() == 1;
  }

  private static Merged stack(Merging merging, NodeProto node, int i, Branch a, Branch b) {
    List<Branch> both = List.of(a, b);
    Shape first = merging.shape(node.getInput(i));
    int channels = a.conv().outputs() + b.conv().outputs();
    String label =
        Branch.join(
            merging,
            node,
            i,
            i + 1,
            y -> stacked(merging, both, y),
            List.of(a.conv().node(), b.conv().node()),
            merging.type(node.getOutput(0)).with(first.with(1, channels)));
    return new Merged(
        label,
        String.format(
            Locale.ROOT,
            "takes in %s beside it: %d channels",
            Nodes.label(b.conv().node()),
            channels));
  }

  /** One convolution that computes all channels of {@code branches} as {@code y}. */
  static NodeProto stacked(Merging merging, List<Branch> branches, String y) {
    int outputs = branches.stream().mapToInt(b -> b.conv().outputs()).sum();
    Tensor first = branches.get(0).conv().data();
    float[] w = new float[outputs * (first.size() / first.shape().dim(0))];
    double[] bias = new double[outputs];
    int at = 0;
    int channel = 0;
    for (Branch branch : branches) {
      float[] own = branch.conv().data().toFloats();
      System.arraycopy(own, 0, w, at, own.length);
      at += own.length;
      System.arraycopy(branch.conv().bias(), 0, bias, channel, branch.conv().outputs());
      channel += branch.conv().outputs();
    }
    boolean has = branches.stream().anyMatch(b -> b.conv().hasBias());
    return branches
        .get(0)
        .with(
            merging,
            Tensor.ofFloats(first.shape().with(0, outputs), w),
            has ? Optional.of(bias) : Optional.empty(),
            y);
  }
}
