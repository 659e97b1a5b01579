package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.DequantizeLinear;
import dev.coppice.compiler.op.MaxPool;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.op.QuantizeLinear;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.pass.streamline.Windows;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.Optional;

/**
 * A range of integers: levels of a quantizer, counted from its zero point.
 *
 * @param low the lowest
 * @param high the highest
 */
record Levels(int low, int high) {
  private static final int MAX_DEPTH = 12;

  /** The integers that float {@code v} is known to be one of. */
  static Optional<Levels> of(Graph graph, Value v) {
    return of(graph, v, MAX_DEPTH);
  }

  private static Optional<Levels> of(Graph graph, Value v, int depth) {
    Optional<Node> node = graph.producer(v);
    if (node.isEmpty() || depth == 0) {
      return Optional.empty();
    }
    Op op = node.get().op();
    if (op instanceof Requantize r) {
      return Optional.of(new Levels(r.low(), r.high()));
    }
    if (op instanceof DequantizeLinear) {
      return isUnit(graph, node.get(), 1)
          ? ofType(graph, node.get(), node.get().input(0).type().dtype())
          : Optional.empty();
    }
    if (!moves(node.get()) && !padsWithZero(node.get())) {
      return Optional.empty();
    }
    Optional<Levels> all = of(graph, node.get().input(0), depth - 1);
    for (int i = 1; i < node.get().inputs().size() && all.isPresent(); i++) {
      Optional<Levels> next = of(graph, node.get().input(i), depth - 1);
      all = all.flatMap(a -> next.map(a::with));
    }
    return op instanceof Pad ? all.map(a -> a.with(new Levels(0, 0))) : all;
  }

  /** Whether each element of the results of {@code node} is an element of an operand. */
  static boolean moves(Node node) {
    Op op = node.op();
    return op instanceof Reshape
        || op instanceof Transpose
        || op instanceof Slice
        || op instanceof Split
        || op instanceof Concat
        || op instanceof MaxPool p && covers(p, node.input(0).type().shape());
  }

  /** Whether each element of the result of {@code node} is one of its operand, or zero. */
  static boolean padsWithZero(Node node) {
    return node.op() instanceof Pad p && p.mode() == Pad.Mode.CONSTANT && p.value() == 0;
  }

  /** Whether every window has an element of the input, so that no maximum is minus infinity. */
  private static boolean covers(MaxPool p, Shape x) {
    return Windows.allTouchInput(
        Arrays.stream(x.dims()).skip(2).boxed().toList(),
        p.kernel(),
        p.strides(),
        p.pads(),
        p.dilations(),
        p.outputShape());
  }

  /** The levels of the quantizer or dequantizer {@code node} of integers of type {@code dtype}. */
  static Optional<Levels> ofType(Graph graph, Node node, DType dtype) {
    if (dtype.bits() > 16 || !dtype.isInteger()) {
      return Optional.empty();
    }
    int span = 1 << dtype.bits();
    int least = dtype.isUnsigned() ? 0 : -span / 2;
    return one(graph, node.input(2))
        .map(z -> new Levels(least - z.intValue(), least + span - 1 - z.intValue()));
  }

  /**
   * Whether {@code node}, a quantizer or dequantizer, has a constant zero point and scale 1.
   *
   * @param scale operand that is the scale
   */
  static boolean isUnit(Graph graph, Node node, int scale) {
    return one(graph, node.input(scale)).filter(s -> s == 1).isPresent()
        && one(graph, node.input(2)).isPresent();
  }

  /** Whether {@code node} only stores levels as integers. */
  static boolean stores(Graph graph, Node node) {
    return node.op() instanceof QuantizeLinear
        && isUnit(graph, node, 1)
        && of(graph, node.input(0))
            .flatMap(x -> ofType(graph, node, node.output().type().dtype()).map(t -> t.holds(x)))
            .orElse(false);
  }

  /** The value that all elements of constant {@code v} have. */
  static Optional<Double> one(Graph graph, Value v) {
    Optional<Tensor> data = graph.constant(v);
    return data.isPresent()
            && data.get().size() > 0
            && (data.get().size() == 1 || data.get().isSplat())
        ? Optional.of(data.get().doubleAt(0))
        : Optional.empty();
  }

  /** Whether this contains {@code other}. */
  boolean holds(Levels other) {
    return low <= other.low && high >= other.high;
  }

  private Levels with(Levels other) {
    return new Levels(Math.min(low, other.low), Math.max(high, other.high));
  }
}
