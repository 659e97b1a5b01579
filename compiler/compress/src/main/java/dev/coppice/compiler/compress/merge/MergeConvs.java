package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Layer.Kind;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * Two convolutions in a row become one, and so do a convolution and the average pooling behind it,
 * which is a convolution of each channel with one weight.
 *
 * <pre>
 * t = Conv(x, w1: [M,I,3,3], b1); y = Conv(t, w2: [O,M,1,1], b2)
 * y = Conv(x, w2 w1, w2 b1 + b2)
 * </pre>
 *
 * Does not fire if the second pads what the first computes, unless the first is pointwise without
 * bias; nor if the merged convolution multiplies more than both, unless that was asked for.
 *
 * @param name what recipes call the rule
 * @param pooling whether it is for average poolings, or for convolutions
 */
record MergeConvs(String name, boolean pooling) implements MergeRule {

  /**
   * The second convolution.
   *
   * @param weights {@code [O, I / groups, kernel]}
   * @param bias per output channel
   */
  private record Second(
      Window window, Tensor weights, double[] bias, boolean hasBias, int groups, long macs) {}

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (!Nodes.is(node, pooling ? "AveragePool" : "Conv")) {
      return Optional.empty();
    }
    Optional<Linear> first =
        merging
            .soleProducer(node.getInput(0))
            .flatMap(p -> Linear.of(merging, p))
            .filter(l -> l.kind() == Kind.CONV);
    Optional<Window> window = first.flatMap(l -> Window.ofConv(l.node(), l.data().shape()));
    if (window.isEmpty()) {
      return Optional.empty();
    }
    Optional<Second> second =
        pooling ? pool(node, first.get().outputs()) : convolution(merging, node);
    boolean shifts = DoubleStream.of(first.get().bias()).anyMatch(b -> b != 0);
    Optional<WindowProduct> product =
        second.flatMap(s -> WindowProduct.of(window.get(), s.window(), shifts));
    return product.flatMap(p -> merged(merging, first.get(), node, second.orElseThrow(), p));
  }

  private static Optional<Second> convolution(Merging merging, NodeProto node) {
    Optional<Linear> linear = Linear.of(merging, node);
    Optional<Window> window = linear.flatMap(l -> Window.ofConv(node, l.data().shape()));
    return window.map(
        w ->
            new Second(
                w,
                linear.get().data(),
                linear.get().bias(),
                linear.get().hasBias(),
                linear.get().groups(),
                linear.get().macs(merging.shape(node.getOutput(0)))));
  }

  private static Optional<Second> pool(NodeProto node, int channels) {
    return Window.ofPool(node)
        .filter(Window::isUnpadded)
        .map(
            w -> {
              int[] dims = new int[w.rank() + 2];
              dims[0] = channels;
              dims[1] = 1;
              int taps = 1;
              for (int a = 0; a < w.rank(); a++) {
                dims[a + 2] = w.kernel().get(a);
                taps *= w.kernel().get(a);
              }
              // In double, since float32 cannot hold a third.
              double each = 1.0 / taps;
              Tensor box =
                  Tensor.fromDoubles(new TensorType(DType.FLOAT64, Shape.of(dims)), i -> each);
              return new Second(w, box, new double[channels], false, channels, 0);
            });
  }

  private Optional<Merged> merged(
      Merging merging, Linear first, NodeProto node, Second second, WindowProduct product) {
    Shape y = merging.shape(node.getOutput(0));
    int outputs = second.weights().shape().dim(0);
    boolean depthwise = second.groups() == first.outputs() && outputs == first.outputs();
    int groups = depthwise ? first.groups() : 1;
    long before = first.macs(merging.shape(node.getInput(0))) + second.macs();
    long size = (long) outputs * (first.inputs() / groups) * product.taps();
    long after = size * (y.size() / Math.max(1, y.dim(1)));
    if (size > Integer.MAX_VALUE || !merging.allows(after, before)) {
      return Optional.empty();
    }
    Tensor w = product.weights(first, second.weights(), second.groups(), groups);
    double[] bias = product.bias(first, second.weights(), second.groups(), second.bias());
    NodeProto own = first.node();
    NodeProto geometry = Nodes.with(product.merged().written(own), Nodes.integer("group", groups));
    boolean hasBias = first.hasBias() || second.hasBias();
    List<NodeProto> made =
        first
            .with(
                merging,
                own.getInput(0),
                w,
                hasBias ? Optional.of(bias) : Optional.empty(),
                node.getOutput(0))
            .stream()
            .map(
                n ->
                    n.toBuilder()
                        .clearAttribute()
                        .addAllAttribute(geometry.getAttributeList())
                        .build())
            .toList();
    merging.merge(node, made, List.of(own));
    String what =
        String.format(
            Locale.ROOT, "takes in %s: %d instead of %d MACs", Nodes.label(node), after, before);
    return Optional.of(new Merged(Nodes.label(made.get(0)), what));
  }
}
