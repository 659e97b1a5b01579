package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A convolution or matrix product between quantizers adds integers (Jacob et al. 2018), bounds
 * before the second quantizer become bounds of its levels.
 *
 * <pre>
 * t = Mul(x, s); u = Conv(t, q * v, b); r = Relu(u); y = Requantize(r, p) {divide, low, high}
 * u = Conv(x, q, round(b / (s * v))); y = Requantize(u, s * v / p) {max(low, 0), high}
 * </pre>
 *
 * The sums are exact, as those of QLinearConv are. Does not fire if {@code x} may be no level, the
 * weights are not 8-bit integers times a scale per output channel, or a sum may exceed what a
 * float32 holds.
 */
public final class IntegerLayer implements RewriteRule<Requantize> {
  private static final double EXACT_IN_FLOAT32 = 1 << 24;

  @Override
  public Class<Requantize> root() {
    return Requantize.class;
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.REASSOCIATED;
  }

  @Override
  public Optional<GraphPatch> rewrite(Graph graph, Node node, Requantize op) {
    Optional<QuantizedLayer> found = QuantizedLayer.before(graph, node, op);
    if (found.isEmpty() || obstacle(graph, found.get()).isPresent()) {
      return Optional.empty();
    }
    QuantizedLayer layer = found.get();
    IntegerWeights weights = layer.weights(graph).orElseThrow();
    double[] bias = layer.bias(graph, weights);
    GraphPatch patch = new GraphPatch(graph);
    Node sums = layer.sums();
    Value w = patch.constant(sums.input(1).name(), weights.integers());
    TensorType each = TensorType.of(DType.FLOAT32, bias.length);
    Value b = patch.constant(sums.name() + ".bias", Tensor.fromDoubles(each, i -> bias[i]));
    Node exact = patch.node(sums.name(), sums.op(), List.of(layer.levels(), w, b), sums.origin());
    float step = (float) (double) Levels.one(graph, node.input(1)).orElseThrow();
    Value scale = patch.constant(node.input(1).name(), scale(layer, weights, step));
    Requantize requantize = new Requantize(false, layer.low(), layer.high());
    return Optional.of(
        patch.replace(node.output(), patch.inPlaceOf(node, requantize, exact.output(), scale)));
  }

  /** Why the layer stays in float; empty if it need not. */
  static Optional<String> obstacle(Graph graph, QuantizedLayer layer) {
    Optional<IntegerWeights> weights = layer.weights(graph);
    if (weights.isEmpty()) {
      return Optional.of("its weights are not 8-bit integers times a scale per output channel");
    }
    double[] bias = layer.bias(graph, weights.get());
    double most = layer.largestSum(graph, weights.get(), bias);
    return most <= EXACT_IN_FLOAT32
        ? Optional.empty()
        : Optional.of("a sum may reach " + (long) most + ", more than float32 holds exactly");
  }

  /** Factor of the sums of each channel, one if they are equal. */
  private static Tensor scale(QuantizedLayer layer, IntegerWeights weights, float step) {
    float[] scales = weights.scales().clone();
    for (int c = 0; c < scales.length; c++) {
      scales[c] = layer.scale() * scales[c] / step;
    }
    boolean equal = true;
    for (float s : scales) {
      equal &= s == scales[0];
    }
    if (equal && scales.length > 0) {
      return Tensor.scalar(scales[0]);
    }
    boolean conv = layer.sums().op() instanceof Conv;
    int[] dims = new int[conv ? layer.sums().output().type().shape().rank() - 1 : 1];
    Arrays.fill(dims, 1);
    dims[0] = scales.length;
    return Tensor.ofFloats(Shape.of(dims), scales);
  }
}
