package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What places a convolution or pooling reads, per spatial axis.
 *
 * @param kernel taps
 * @param strides distances of windows
 * @param pads places in front of all axes, then behind all axes
 * @param dilations distances of taps
 */
record Window(
    List<Integer> kernel, List<Integer> strides, List<Integer> pads, List<Integer> dilations) {

  /** The window of a convolution with {@code weights}; empty if its pads depend on the input. */
  static Optional<Window> ofConv(NodeProto node, Shape weights) {
    List<Integer> kernel = new ArrayList<>();
    for (int a = 2; a < weights.rank(); a++) {
      kernel.add(weights.dim(a));
    }
    return of(node, kernel);
  }

  /** The window of a pooling; empty if its pads depend on the input, or if it rounds sizes up. */
  static Optional<Window> ofPool(NodeProto node) {
    return Nodes.integer(node, "ceil_mode", 0) == 0
        ? of(node, Nodes.integers(node, "kernel_shape"))
        : Optional.empty();
  }

  private static Optional<Window> of(NodeProto node, List<Integer> kernel) {
    int rank = kernel.size();
    List<Integer> strides = orAll(Nodes.integers(node, "strides"), rank, 1);
    List<Integer> dilations = orAll(Nodes.integers(node, "dilations"), rank, 1);
    List<Integer> pads = orAll(Nodes.integers(node, "pads"), 2 * rank, 0);
    String auto = Nodes.text(node, "auto_pad", "NOTSET");
    boolean same = auto.startsWith("SAME");
    if (rank == 0 || same && strides.stream().anyMatch(s -> s != 1)) {
      return Optional.empty();
    }
    if (same) {
      pads = samePads(kernel, dilations, auto.equals("SAME_UPPER"));
    } else if (auto.equals("VALID")) {
      pads = Collections.nCopies(2 * rank, 0);
    }
    return Optional.of(new Window(kernel, strides, pads, dilations));
  }

  private static List<Integer> samePads(
      List<Integer> kernel, List<Integer> dilations, boolean moreBehind) {
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * kernel.size(), 0));
    for (int a = 0; a < kernel.size(); a++) {
      int total = (kernel.get(a) - 1) * dilations.get(a);
      int less = total / 2;
      pads.set(a, moreBehind ? less : total - less);
      pads.set(a + kernel.size(), moreBehind ? total - less : less);
    }
    return pads;
  }

  private static List<Integer> orAll(List<Integer> given, int n, int otherwise) {
    return given.isEmpty() ? Collections.nCopies(n, otherwise) : given;
  }

  /** Number of spatial axes. */
  int rank() {
    return kernel.size();
  }

  boolean isUnpadded() {
    return pads.stream().allMatch(p -> p == 0);
  }

  boolean hasUnitStrides() {
    return strides.stream().allMatch(s -> s == 1);
  }

  /** Whether each result depends on one place. */
  boolean isSingle() {
    return kernel.stream().allMatch(k -> k == 1);
  }

  /** Whether result and operand lie place on place. */
  boolean isPointwise() {
    return isSingle() && isUnpadded() && hasUnitStrides();
  }

  /** This window with other pads. */
  Window withPads(List<Integer> other) {
    return new Window(kernel, strides, other, dilations);
  }

  /** {@code node} with the attributes that say this window. */
  NodeProto written(NodeProto node) {
    NodeProto said = Nodes.without(node, "auto_pad");
    said = Nodes.with(said, Nodes.integers("kernel_shape", kernel));
    said = Nodes.with(said, Nodes.integers("strides", strides));
    said = Nodes.with(said, Nodes.integers("pads", pads));
    boolean dilated = dilations.stream().anyMatch(d -> d != 1);
    return dilated || Nodes.attribute(node, "dilations").isPresent()
        ? Nodes.with(said, Nodes.integers("dilations", dilations))
        : said;
  }
}
