package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * A convolution or matrix product in float between quantizers.
 *
 * @param sums the convolution or product
 * @param levels its operand, levels of a quantizer
 * @param scale what they stand for each
 * @param bias constant added to each channel, by the node itself or an Add after it
 * @param low lowest level of the result, bounds before the quantizer included
 * @param high highest level of the result
 */
record QuantizedLayer(
    Node sums, Value levels, float scale, Optional<Value> bias, int low, int high) {
  /** Relative error of an integer that was multiplied by float32 scales and divided by them. */
  private static final double ROUNDING = 1e-6;

  /** The layer whose result {@code node} quantizes. */
  static Optional<QuantizedLayer> before(Graph graph, Node node, Requantize op) {
    Optional<Double> step = Levels.one(graph, node.input(1));
    if (!op.divide() || step.isEmpty() || !(step.get() > 0)) {
      return Optional.empty();
    }
    int low = op.low();
    int high = op.high();
    Optional<Node> next = before(graph, node.input(0));
    while (next.isPresent()) {
      Op bound = next.get().op();
      if (bound instanceof Relu) {
        low = Math.max(low, 0);
      } else if (bound instanceof Clip c) {
        low = (int) Math.max(low, level(c.min(), step.get()));
        high = (int) Math.min(high, level(c.max(), step.get()));
      } else {
        break;
      }
      next = before(graph, next.get().input(0));
    }
    if (low > high || next.isEmpty()) {
      return Optional.empty();
    }
    Optional<Value> added = added(graph, next.get());
    Optional<Node> sums = added.isEmpty() ? next : before(graph, operand(next.get(), added.get()));
    if (sums.isEmpty()
        || !isLinear(graph, sums.get())
        || added.isPresent() && !isPerChannel(sums.get(), added.get())) {
      return Optional.empty();
    }
    boolean own = sums.get().inputs().size() > 2;
    Optional<Value> bias = own ? Optional.of(sums.get().input(2)) : added;
    return read(graph, sums.get(), bias, low, high);
  }

  /** The constant that {@code node}, an Add, adds. */
  private static Optional<Value> added(Graph graph, Node node) {
    return node.op() instanceof Add
        ? node.inputs().stream().filter(v -> graph.constant(v).isPresent()).findFirst()
        : Optional.empty();
  }

  private static Value operand(Node add, Value constant) {
    return add.input(add.input(0).equals(constant) ? 1 : 0);
  }

  /** Whether adding {@code bias} to the result of {@code sums} is as if it had that bias. */
  private static boolean isPerChannel(Node sums, Value bias) {
    Shape result = sums.output().type().shape();
    Shape b = bias.type().shape();
    int axis = sums.op() instanceof Conv ? 1 : result.rank() - 1;
    int own = axis - result.rank() + b.rank();
    return sums.inputs().size() == 2
        && b.rank() <= result.rank()
        && own >= 0
        && b.dim(own) == result.dim(axis)
        && b.size() == b.dim(own);
  }

  private static double level(double bound, double step) {
    return Math.rint((float) bound / (float) step);
  }

  private static Optional<Node> before(Graph graph, Value v) {
    return graph.soleConsumer(v).isEmpty() ? Optional.empty() : graph.producer(v);
  }

  /** Whether the node has constant weights with the output channels at one axis. */
  private static boolean isLinear(Graph graph, Node node) {
    for (Value v : node.inputs().subList(Math.min(1, node.inputs().size()), node.inputs().size())) {
      if (graph.constant(v).isEmpty()) {
        return false;
      }
    }
    return node.op() instanceof Conv
        || node.op() instanceof MatMul && node.input(1).type().shape().rank() == 2;
  }

  private static Optional<QuantizedLayer> read(
      Graph graph, Node sums, Optional<Value> bias, int low, int high) {
    Value x = sums.input(0);
    Optional<Node> scaled = graph.producer(x).filter(p -> p.op() instanceof Mul);
    Optional<Double> scale = scaled.flatMap(m -> Levels.one(graph, m.input(1)));
    if (scale.isPresent() && Levels.of(graph, scaled.get().input(0)).isPresent()) {
      float s = (float) (double) scale.get();
      return Optional.of(new QuantizedLayer(sums, scaled.get().input(0), s, bias, low, high));
    }
    return Levels.of(graph, x).map(r -> new QuantizedLayer(sums, x, 1, bias, low, high));
  }

  /** Number of output channels. */
  int channels() {
    Shape w = sums.input(1).type().shape();
    return w.dim(sums.op() instanceof Conv ? 0 : 1);
  }

  /** The weights as integers. */
  Optional<IntegerWeights> weights(Graph graph) {
    Tensor w = graph.constant(sums.input(1)).orElseThrow();
    return IntegerWeights.of(w, channels(), channel(w));
  }

  private IntUnaryOperator channel(Tensor w) {
    int channels = channels();
    int run = w.size() / Math.max(1, channels);
    return sums.op() instanceof Conv ? i -> i / run : i -> i % channels;
  }

  /**
   * The bias of each channel in steps of its sums; zero where the layer has none. It is an integer,
   * but for a model whose bias has another scale: then what is between two steps is kept.
   */
  double[] bias(Graph graph, IntegerWeights weights) {
    double[] steps = new double[channels()];
    for (int c = 0; c < steps.length && bias.isPresent(); c++) {
      double step = (double) scale * weights.scales()[c];
      double real = graph.constant(bias.get()).orElseThrow().doubleAt(c) / step;
      double whole = Math.rint(real);
      steps[c] = Math.abs(real - whole) <= ROUNDING * Math.max(1, Math.abs(real)) ? whole : real;
    }
    return steps;
  }

  /** The largest magnitude that a sum can have. */
  double largestSum(Graph graph, IntegerWeights weights, double[] bias) {
    Levels in = Levels.of(graph, levels).orElseThrow();
    double most = Math.max(Math.abs((double) in.low()), Math.abs((double) in.high()));
    double[] sum = new double[channels()];
    IntUnaryOperator channel = channel(weights.integers());
    for (int i = 0; i < weights.integers().size(); i++) {
      sum[channel.applyAsInt(i)] += Math.abs(weights.integers().doubleAt(i)) * most;
    }
    double largest = 0;
    for (int c = 0; c < sum.length; c++) {
      largest = Math.max(largest, sum[c] + Math.abs(bias[c]));
    }
    return largest;
  }
}
