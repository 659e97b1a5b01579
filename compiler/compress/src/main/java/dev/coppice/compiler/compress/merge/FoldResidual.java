package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A convolution whose input is added to its result, as it is or scaled and shifted per channel,
 * gets that as a tap of its kernel (the identity branch of RepVGG: Ding et al. 2021, arXiv
 * 2101.03697).
 *
 * <pre>
 * t = Conv(x, w, b); u = s x + h; y = Add(t, u)
 * y = Conv(x, w + s at [o, o mod C/group, centre], b + h)
 * </pre>
 *
 * The centre is the tap that reads the place that is written. Does not fire with strides, or if no
 * tap reads that place.
 */
final class FoldResidual implements MergeRule {
  @Override
  public String name() {
    return "fold-residual";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (!Nodes.is(node, "Sum") && !(Nodes.is(node, "Add") && merging.broadcasts())) {
      return Optional.empty();
    }
    for (int i = 0; i < node.getInputCount(); i++) {
      Optional<Branch> branch = Branch.of(merging, node.getInput(i));
      int centre = branch.map(b -> centre(b.window())).orElse(-1);
      for (int j = 0; centre >= 0 && j < node.getInputCount(); j++) {
        Optional<Affine> residual =
            i == j ? Optional.empty() : residual(merging, node.getInput(j), branch.get());
        if (residual.isPresent() && fits(merging, node, i, j)) {
          return Optional.of(
              fold(merging, node, new int[] {i, j, centre}, branch.get(), residual.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean fits(Merging merging, NodeProto node, int i, int j) {
    return merging.type(node.getInput(i)).equals(merging.type(node.getOutput(0)))
        && merging.type(node.getInput(j)).equals(merging.type(node.getOutput(0)));
  }

  /** {@code value} as a scale and shift of what {@code branch} reads. */
  private static Optional<Affine> residual(Merging merging, String value, Branch branch) {
    if (value.equals(branch.input())) {
      double[] ones = new double[branch.conv().inputs()];
      Arrays.fill(ones, 1);
      return Optional.of(new Affine(List.of(), value, 1, ones, new double[ones.length]));
    }
    return merging
        .soleProducer(value)
        .flatMap(p -> Affine.of(merging, p, 1))
        .filter(a -> a.x().equals(branch.input()) && a.scale().length == branch.conv().inputs());
  }

  /** The tap that reads the place that is written; -1 if there is none. */
  private static int centre(Window window) {
    int tap = 0;
    for (int a = 0; a < window.rank(); a++) {
      int dilation = window.dilations().get(a);
      int at = window.pads().get(a) / dilation;
      if (window.strides().get(a) != 1
          || at * dilation != window.pads().get(a)
          || at >= window.kernel().get(a)) {
        return -1;
      }
      tap = tap * window.kernel().get(a) + at;
    }
    return tap;
  }

  private static Merged fold(
      Merging merging, NodeProto node, int[] places, Branch branch, Affine residual) {
    Linear conv = branch.conv();
    Tensor w = conv.data();
    Shape shape = w.shape();
    int taps = conv.taps();
    int centre = places[2];
    Tensor with =
        Tensor.fromDoubles(
            w.type(),
            i -> {
              int o = conv.output(i);
              boolean own = i % taps == centre && i / taps % shape.dim(1) == o % shape.dim(1);
              return w.doubleAt(i) + (own ? residual.scale()[o] : 0);
            });
    double[] bias = conv.bias().clone();
    for (int o = 0; o < bias.length; o++) {
      bias[o] += residual.shift()[o];
    }
    boolean has = conv.hasBias() || !residual.isScale();
    List<NodeProto> gone = new ArrayList<>(residual.nodes());
    gone.add(conv.node());
    String label =
        Branch.join(
            merging,
            node,
            places[0],
            places[1],
            y -> branch.with(merging, with, has ? Optional.of(bias) : Optional.empty(), y),
            gone,
            merging.type(node.getOutput(0)));
    return new Merged(label, "takes in its input, which was added");
  }
}
