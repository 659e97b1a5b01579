package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.StagedValues;
import dev.coppice.compiler.compress.model.KeptChannels;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.LayerBias;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.reconstruct.ChannelMoments;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.Locale;

/**
 * Gives the output channels of convolutions and Gemm the means and deviations that they have in the
 * original, by scaling their weights and shifting their biases.
 */
final class MomentMatching {
  private final OnnxGraph original;
  private final OnnxGraph graph;
  private final StagedValues before;
  private final StagedValues now;
  private final KeptChannels kept;

  MomentMatching(OnnxGraph original, OnnxGraph graph, Examples examples, String backend) {
    this.original = original;
    this.graph = graph;
    this.before = new StagedValues(original, examples, backend);
    this.now = new StagedValues(graph, examples, backend);
    this.kept = KeptChannels.of(graph).since(original);
  }

  /** Matches {@code layer}; layers come in the order of the graph. */
  void match(Layer layer, Session session) {
    boolean fits =
        (layer.kind() == Layer.Kind.CONV || layer.kind() == Layer.Kind.GEMM)
            && layer.operand() == 1
            && original.hasType(layer.output())
            && graph.consumers(layer.weights()).size() == 1;
    if (!fits) {
      session.decide(layer.label(), "left as it is", "no convolution or Gemm of the original");
      return;
    }
    now.of(layer.input());
    // The layer changes afterwards, so it is computed aside.
    ChannelMoments own = ChannelMoments.of(now.aside(layer.output()));
    ChannelMoments wanted = ChannelMoments.of(before.of(layer.output()));
    int channels = own.means().length;
    int[] places = kept.of(layer.output()).orElseGet(() -> all(channels));
    if (places.length != channels) {
      session.decide(layer.label(), "left as it is", "channels of the original are not known");
      return;
    }
    double[] factors = new double[channels];
    double[] shifts = new double[channels];
    double[] bias = LayerBias.of(graph, layer, channels);
    for (int c = 0; c < channels; c++) {
      double deviation = own.deviation(c);
      double target = wanted.deviation(places[c]);
      // What is constant cannot be made to vary.
      factors[c] = deviation > 1e-6 * (target + Double.MIN_NORMAL) ? target / deviation : 1;
      shifts[c] = wanted.mean(places[c]) - factors[c] * own.mean(c) + (factors[c] - 1) * bias[c];
    }
    scale(layer, factors);
    LayerBias.add(graph, layer, shifts);
    session.decide(
        layer.label(),
        String.format(Locale.ROOT, "scaled by %.3f on average", mean(factors)),
        "means and deviations of the original");
  }

  private void scale(Layer layer, double[] factors) {
    Tensor w = graph.constant(layer.weights()).orElseThrow();
    int stride = w.shape().strides()[layer.outAxis()];
    float[] scaled = w.toFloats();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (scaled[i] * factors[i / stride % factors.length]);
    }
    graph.constant(layer.weights(), Tensor.ofFloats(w.shape(), scaled));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double v : values) {
      sum += v;
    }
    return sum / values.length;
  }

  private static int[] all(int n) {
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    return all;
  }
}
