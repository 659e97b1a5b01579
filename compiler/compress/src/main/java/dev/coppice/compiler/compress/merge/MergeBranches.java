package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * Convolutions of one input whose results are added become one, the smaller kernel embedded in the
 * larger (RepVGG: Ding et al. 2021, arXiv 2101.03697).
 *
 * <pre>
 * t = Conv(x, w3) {pads=[1,1,1,1]}; u = Conv(x, w1) {pads=[0,0,0,0]}; y = Add(t, u)
 * y = Conv(x, w3 + w1 at the centre) {pads=[1,1,1,1]}
 * </pre>
 *
 * Strides, dilations and groups must be equal, and one kernel must hold the other where their pads
 * align them.
 */
final class MergeBranches implements MergeRule {
  @Override
  public String name() {
    return "merge-branches";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (!Nodes.is(node, "Sum") && !(Nodes.is(node, "Add") && merging.broadcasts())) {
      return Optional.empty();
    }
    for (int i = 0; i < node.getInputCount(); i++) {
      Optional<Branch> a = branch(merging, node, i);
      for (int j = i + 1; a.isPresent() && j < node.getInputCount(); j++) {
        Optional<Branch> b = branch(merging, node, j);
        Optional<Merged> merged = b.flatMap(v -> merged(merging, node, a.get(), v));
        if (merged.isPresent()) {
          return merged;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Branch> branch(Merging merging, NodeProto node, int i) {
    return merging.type(node.getInput(i)).equals(merging.type(node.getOutput(0)))
        ? Branch.of(merging, node.getInput(i))
        : Optional.empty();
  }

  private static Optional<Merged> merged(Merging merging, NodeProto node, Branch a, Branch b) {
    if (!a.input().equals(b.input())
        || a.conv().node() == b.conv().node()
        || a.conv().groups() != b.conv().groups()
        || !a.window().strides().equals(b.window().strides())) {
      return Optional.empty();
    }
    Optional<int[]> inA = offset(a.window(), b.window());
    Optional<int[]> inB = inA.isPresent() ? Optional.empty() : offset(b.window(), a.window());
    if (inA.isPresent()) {
      return Optional.of(merge(merging, node, a, b, inA.get()));
    }
    return inB.map(offset -> merge(merging, node, b, a, offset));
  }

  /** Where the first tap of {@code small} lies in {@code large}, per spatial axis. */
  private static Optional<int[]> offset(Window large, Window small) {
    int[] offset = new int[large.rank()];
    for (int a = 0; a < offset.length; a++) {
      int dilation = large.dilations().get(a);
      int ahead = large.pads().get(a) - small.pads().get(a);
      boolean spaced = dilation == small.dilations().get(a) || small.kernel().get(a) == 1;
      offset[a] = ahead / dilation;
      if (!spaced
          || ahead < 0
          || ahead % dilation != 0
          || offset[a] + small.kernel().get(a) > large.kernel().get(a)) {
        return Optional.empty();
      }
    }
    return Optional.of(offset);
  }

  private static Merged merge(
      Merging merging, NodeProto node, Branch large, Branch small, int[] offset) {
    Tensor w = large.conv().data();
    Tensor v = small.conv().data();
    double[] sum = new double[w.size()];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = w.doubleAt(i);
    }
    for (int i = 0; i < v.size(); i++) {
      sum[embedded(i, v.shape(), w.shape(), offset)] += v.doubleAt(i);
    }
    double[] bias = large.conv().bias().clone();
    for (int o = 0; o < bias.length; o++) {
      bias[o] += small.conv().bias()[o];
    }
    boolean has = large.conv().hasBias() || small.conv().hasBias();
    int i = node.getInputList().indexOf(large.conv().node().getOutput(0));
    int j = node.getInputList().indexOf(small.conv().node().getOutput(0));
    String label =
        Branch.join(
            merging,
            node,
            i,
            j,
            y ->
                large.with(
                    merging,
                    Tensor.fromDoubles(w.type(), e -> sum[e]),
                    has ? Optional.of(bias) : Optional.empty(),
                    y),
            List.of(large.conv().node(), small.conv().node()),
            merging.type(node.getOutput(0)));
    return new Merged(label, "takes in " + Nodes.label(small.conv().node()) + ", which was added");
  }

  /** Index in weights of shape {@code w} of element {@code i} of weights of shape {@code v}. */
  private static int embedded(int i, Shape v, Shape w, int[] offset) {
    int index = i / v.sizeOf(2, v.rank());
    int[] strides = v.strides();
    for (int a = 0; a < offset.length; a++) {
      int at = i / strides[a + 2] % v.dim(a + 2);
      index = index * w.dim(a + 2) + at + offset[a];
    }
    return index;
  }
}
