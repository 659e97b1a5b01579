package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Layer.Kind;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Two products with constant matrices in a row become one; so do a pointwise convolution of one
 * place, as it follows a global pooling, and the product behind it.
 *
 * <pre>
 * t = Gemm(x, w1, b1); y = Gemm(t, w2, b2)
 * y = Gemm(x, w1 w2, b1 w2 + b2)
 * </pre>
 *
 * Does not fire if the merged product multiplies more than both, unless that was asked for.
 */
final class MergeProducts implements MergeRule {
  @Override
  public String name() {
    return "merge-products";
  }

  /**
   * What is in front of a product.
   *
   * @param linear the first operator
   * @param bias its bias, or that of the sum behind it
   * @param nodes its nodes
   * @param view the node that makes rows of its result, if it is a convolution
   */
  private record First(
      Linear linear, double[] bias, List<NodeProto> nodes, Optional<NodeProto> view) {}

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    Optional<Linear> found = Linear.of(merging, node).filter(Linear::isProduct);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Linear second = found.get();
    Optional<First> first =
        merging
            .soleProducer(node.getInput(0))
            .flatMap(p -> first(merging, p))
            .filter(f -> f.linear().outputs() == second.inputs());
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Linear linear = first.get().linear();
    long rows = second.macs(merging.shape(node.getOutput(0))) / second.data().size();
    long before = rows * ((long) linear.data().size() + second.data().size());
    long after = rows * linear.inputs() * second.outputs();
    if (after / Math.max(1, rows) > Integer.MAX_VALUE || !merging.allows(after, before)) {
      return Optional.empty();
    }
    merge(merging, first.get(), second);
    String what =
        String.format(
            Locale.ROOT,
            "takes in %s: %d instead of %d MACs",
            Nodes.label(linear.node()),
            after,
            before);
    return Optional.of(new Merged(Nodes.label(node), what));
  }

  private static Optional<First> first(Merging merging, NodeProto producer) {
    Optional<Linear> product = Linear.of(merging, producer).filter(Linear::isProduct);
    if (product.isPresent()) {
      return product.map(l -> new First(l, l.bias(), List.of(producer), Optional.empty()));
    }
    if (Nodes.is(producer, "Flatten") || Nodes.is(producer, "Reshape")) {
      return convolution(merging, producer);
    }
    int axis = merging.shape(producer.getOutput(0)).rank() - 1;
    return Nodes.is(producer, "Add") ? sum(merging, producer, axis) : Optional.empty();
  }

  private static Optional<First> sum(Merging merging, NodeProto add, int axis) {
    Optional<Affine> shift = Affine.of(merging, add, axis);
    return shift
        .flatMap(s -> merging.soleProducer(s.x()))
        .flatMap(p -> Linear.of(merging, p))
        .filter(l -> l.kind() == Kind.MATMUL && l.outputs() == shift.get().shift().length)
        .map(l -> new First(l, shift.get().shift(), List.of(l.node(), add), Optional.empty()));
  }

  /** A pointwise convolution of pictures of one place, seen as rows. */
  private static Optional<First> convolution(Merging merging, NodeProto view) {
    Shape y = merging.shape(view.getInput(0));
    boolean single =
        y.rank() > 2
            && y.sizeOf(2, y.rank()) == 1
            && merging.shape(view.getOutput(0)).equals(Shape.of(y.dim(0), y.dim(1)));
    return !single
        ? Optional.empty()
        : merging
            .soleProducer(view.getInput(0))
            .flatMap(p -> Linear.of(merging, p))
            .filter(l -> l.kind() == Kind.CONV)
            .filter(
                l ->
                    Window.ofConv(l.node(), l.data().shape())
                        .filter(Window::isPointwise)
                        .isPresent())
            .map(l -> new First(l, l.bias(), List.of(l.node(), view), Optional.of(view)));
  }

  private static void merge(Merging merging, First first, Linear second) {
    int inputs = first.linear().inputs();
    int outputs = second.outputs();
    double[] product = new double[inputs * outputs];
    for (int i = 0; i < first.linear().data().size(); i++) {
      double weight = first.linear().weight(i);
      int in = first.linear().input(i) * outputs;
      for (int o = 0; o < outputs; o++) {
        product[in + o] += weight * second.weight(second.index(first.linear().output(i), o));
      }
    }
    double[] bias = second.bias().clone();
    for (int o = 0; o < outputs; o++) {
      for (int m = 0; m < first.bias().length; m++) {
        bias[o] += first.bias()[m] * second.weight(second.index(m, o));
      }
    }
    boolean has = second.hasBias() || Arrays.stream(first.bias()).anyMatch(b -> b != 0);
    boolean transposed = second.transposed();
    Tensor w =
        Tensor.fromDoubles(
            second
                .data()
                .type()
                .with(transposed ? Shape.of(outputs, inputs) : Shape.of(inputs, outputs)),
            i -> product[transposed ? i % inputs * outputs + i / inputs : i]);
    List<NodeProto> made = new ArrayList<>();
    String x = first.linear().node().getInput(0);
    if (first.view().isPresent()) {
      String rows =
          merging.value(
              x + ".rows", second.data().type().with(Shape.of(merging.shape(x).dim(0), inputs)));
      made.add(Nodes.of("Flatten", "", List.of(x), List.of(rows), Nodes.integer("axis", 1)));
      x = rows;
    }
    made.addAll(
        second.with(
            merging, x, w, has ? Optional.of(bias) : Optional.empty(), second.node().getOutput(0)));
    merging.merge(second.node(), made, first.nodes());
  }
}
