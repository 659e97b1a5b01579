package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Pointwise;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.BatchNormalization;
import dev.coppice.compiler.op.BinaryConv;
import dev.coppice.compiler.op.BinaryMatMul;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;

/**
 * What follows from the sums of a bit-packed product, channel by channel. There are so few sums
 * that the arithmetic behind them is run for each: what it rounds and how it treats ties needs no
 * reasoning.
 *
 * @param producer the product or convolution
 * @param sums all sums that it can give, ascending
 * @param values for each sum and channel the value that follows, channels innermost
 */
record DotChain(Node producer, int[] sums, Tensor values) {
  /** More values are not worth the time to compile. */
  private static final long MOST_VALUES = 1 << 24;

  /** The chain that ends in {@code value}, if it starts at such a product. */
  static Optional<DotChain> of(Graph graph, Value value) {
    List<Node> chain = new ArrayList<>();
    Value at = value;
    int axis = -1;
    while (true) {
      Optional<Node> node = graph.producer(at);
      if (node.isEmpty()) {
        return Optional.empty();
      }
      Optional<Node> product = node.get().op() instanceof Cast ? sums(graph, node.get()) : node;
      boolean conv = product.isPresent() && product.get().op() instanceof BinaryConv;
      if (conv || product.isPresent() && product.get().op() instanceof BinaryMatMul) {
        axis = conv ? 1 : at.type().shape().rank() - 1;
        return node.get() == product.get() || axis < 1
            ? Optional.empty()
            : run(graph, product.get(), chain, at, axis);
      }
      Optional<Value> next = soleOperand(graph, node.get());
      if (next.isEmpty()) {
        return Optional.empty();
      }
      chain.add(0, node.get());
      at = next.get();
    }
  }

  private static Optional<Node> sums(Graph graph, Node cast) {
    return graph
        .producer(cast.input(0))
        .filter(p -> p.inputs().size() == 2 && cast.output().type().dtype() == DType.FLOAT32);
  }

  private static Optional<Value> soleOperand(Graph graph, Node node) {
    boolean norm = node.op() instanceof BatchNormalization;
    if (!norm && !(node.op() instanceof Pointwise)) {
      return Optional.empty();
    }
    Optional<Value> found = Optional.empty();
    for (Value v : node.inputs()) {
      if (graph.constant(v).isPresent()) {
        continue;
      }
      if (found.isPresent() || !v.type().shape().equals(node.output().type().shape())) {
        return Optional.empty();
      }
      found = Optional.of(v);
    }
    return norm && !found.equals(Optional.of(node.input(0))) ? Optional.empty() : found;
  }

  private static Optional<DotChain> run(
      Graph graph, Node product, List<Node> chain, Value from, int axis) {
    int[] sums = sums(product);
    int channels = from.type().shape().dim(axis);
    if ((long) sums.length * channels > MOST_VALUES) {
      return Optional.empty();
    }
    int[] dims = new int[from.type().shape().rank()];
    Arrays.fill(dims, 1);
    dims[0] = sums.length;
    dims[axis] = channels;
    Tensor now = Tensor.fromDoubles(from.type().with(Shape.of(dims)), i -> sums[i / channels]);
    Value at = from;
    for (Node node : chain) {
      List<Tensor> operands = new ArrayList<>();
      for (Value v : node.inputs()) {
        Optional<Tensor> operand =
            v.equals(at) ? Optional.of(now) : constant(graph, node, v, at, axis);
        if (operand.isEmpty()) {
          return Optional.empty();
        }
        operands.add(operand.get());
      }
      if (node.op() instanceof BatchNormalization b && axis != b.axis()) {
        return Optional.empty();
      }
      now = node.op().evaluate(operands).get(0);
      at = node.output();
    }
    return Optional.of(new DotChain(product, sums, now));
  }

  private static Optional<Tensor> constant(Graph graph, Node node, Value v, Value x, int axis) {
    if (node.op() instanceof BatchNormalization) {
      return graph.constant(v);
    }
    return Constants.along(graph, v, x.type().shape(), axis)
        .map(c -> Constants.alongAxis(c, v.type().with(x.type().shape()), axis));
  }

  private static int[] sums(Node product) {
    boolean every;
    int most;
    if (product.op() instanceof BinaryConv conv) {
      Shape w = product.input(1).type().shape();
      every = conv.zeros() || conv.pads().stream().anyMatch(p -> p != 0);
      most = conv.depth() * w.dim(1) * w.dim(2);
    } else {
      BinaryMatMul matMul = (BinaryMatMul) product.op();
      every = matMul.zeros();
      most = matMul.depth();
    }
    int step = every ? 1 : 2;
    int[] sums = new int[2 * most / step + 1];
    Arrays.setAll(sums, i -> i * step - most);
    return sums;
  }

  /** Whether no sum leads to zero. */
  boolean isNeverZero() {
    for (int i = 0; i < values.size(); i++) {
      if (values.doubleAt(i) == 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The product with thresholds.
   *
   * @param weights packed weights, negated where large sums clear the bit
   * @param thresholds for each channel the least sum over these weights that sets its bit
   */
  record Thresholds(Tensor weights, Tensor thresholds) {}

  /** The bits of values that are {@code set} as thresholds, if each is a step up or down. */
  Optional<Thresholds> thresholds(Graph graph, DoublePredicate set) {
    Tensor w = graph.constant(producer.input(1)).orElseThrow();
    int channels = w.shape().dim(0);
    int[] words = w.toInts();
    int[] thresholds = new int[channels];
    for (int c = 0; c < channels; c++) {
      int changes = 0;
      int change = sums.length;
      boolean first = set.test(values.doubleAt(c));
      for (int i = 1; i < sums.length; i++) {
        boolean bit = set.test(values.doubleAt(i * channels + c));
        if (bit != set.test(values.doubleAt((i - 1) * channels + c))) {
          changes++;
          change = i;
        }
        if (Double.isNaN(values.doubleAt(i * channels + c))) {
          return Optional.empty();
        }
      }
      if (changes > 1) {
        return Optional.empty();
      }
      if (changes == 0) {
        thresholds[c] = first ? sums[0] : sums[sums.length - 1] + 1;
      } else if (first) {
        negate(words, c * (words.length / channels), words.length / channels);
        thresholds[c] = -sums[change - 1];
      } else {
        thresholds[c] = sums[change];
      }
    }
    return Optional.of(
        new Thresholds(
            Tensor.adopt(w.type(), words),
            Tensor.adopt(w.type().with(Shape.of(channels)), thresholds)));
  }

  private void negate(int[] words, int from, int count) {
    int depth =
        producer.op() instanceof BinaryConv c ? c.depth() : ((BinaryMatMul) producer.op()).depth();
    int perPlace = (depth + 31) / 32;
    for (int i = from; i < from + count; i++) {
      boolean last = i % perPlace == perPlace - 1 && depth % 32 > 0;
      words[i] = ~words[i] & (last ? (1 << depth) - 1 : -1);
    }
  }
}
