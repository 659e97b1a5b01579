package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Cross-layer range equalisation (Nagel et al. 2019, arXiv 1906.04721, section 4.1): {@code relu(s
 * x) = s relu(x)} for {@code s > 0}, so a channel can be divided by s where it is computed and
 * multiplied by s where it is read. With {@code s = sqrt(r1 / r2)} its weights have the same range
 * in both layers, and one scale fits all channels better. Depthwise layers belong to two pairs;
 * pairs are equalised in turn until nothing changes. The float model computes the same up to
 * rounding.
 */
final class CrossLayerEqualization {
  private static final int MOST_ROUNDS = 20;

  /** Where the largest change of a factor is less, the ranges are equal. */
  private static final double CONVERGED = 1e-3;

  private CrossLayerEqualization() {}

  /**
   * Equalises {@code session.graph()} and says what was done.
   *
   * @param layers layers that may be the first of a pair
   * @param replacesClips whether bounded activations such as ReLU6 become Relu, which changes the
   *     model where the bound is reached
   */
  static void equalize(Session session, List<Layer> layers, boolean replacesClips) {
    OnnxGraph graph = session.graph();
    List<EqualizedPair> pairs = new ArrayList<>();
    for (EqualizedPair pair : pairs(graph, layers)) {
      if (!pair.clips().isEmpty() && !replacesClips) {
        session.decide(
            pair.first().label(),
            "not equalised with " + pair.second().label(),
            "a bound lies between; 'replace-clip: true' makes it a Relu");
      } else {
        pair.clips().forEach(c -> replace(session, c));
        pairs.add(pair);
      }
    }
    // The nodes of pairs are those before clips were replaced; only constants change from here on.
    Map<EqualizedPair, double[]> total = new LinkedHashMap<>();
    double change = Double.POSITIVE_INFINITY;
    for (int round = 0; round < MOST_ROUNDS && change > CONVERGED; round++) {
      change = 0;
      for (EqualizedPair pair : pairs) {
        double[] factors = factors(pair.rangesOfFirst(graph), pair.rangesOfSecond(graph));
        pair.scale(graph, factors);
        double[] product = total.computeIfAbsent(pair, p -> ones(p.channels()));
        for (int c = 0; c < factors.length; c++) {
          change = Math.max(change, Math.abs(Math.log(factors[c])));
          product[c] *= factors[c];
        }
      }
    }
    total.forEach((pair, factors) -> decide(session, pair, factors));
  }

  /** Pairs of layers in order, the first of each among {@code layers}. */
  static List<EqualizedPair> pairs(OnnxGraph graph, List<Layer> layers) {
    Map<String, List<Layer>> all = new LinkedHashMap<>();
    Layer.of(graph).forEach(l -> all.computeIfAbsent(l.output(), o -> new ArrayList<>()).add(l));
    List<EqualizedPair> pairs = new ArrayList<>();
    for (Layer layer : layers) {
      Optional<EqualizedPair> pair = EqualizedPair.after(layer, graph, all);
      pair.ifPresent(pairs::add);
    }
    return pairs;
  }

  /** {@code sqrt(r1 / r2)}; 1 for channels that one of the layers does not use. */
  static double[] factors(double[] first, double[] second) {
    double[] factors = new double[first.length];
    for (int c = 0; c < factors.length; c++) {
      boolean used = first[c] >= Float.MIN_NORMAL && second[c] >= Float.MIN_NORMAL;
      factors[c] = used ? Math.sqrt(first[c] / second[c]) : 1;
    }
    return factors;
  }

  private static double[] ones(int n) {
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static void replace(Session session, NodeProto clip) {
    session
        .graph()
        .replace(
            clip,
            Nodes.of("Relu", clip.getName(), List.of(clip.getInput(0)), clip.getOutputList()));
    session.decide(Nodes.label(clip), "Clip becomes Relu", "the step replaces bounds");
  }

  private static void decide(Session session, EqualizedPair pair, double[] factors) {
    double least = Double.POSITIVE_INFINITY;
    double most = 0;
    for (double f : factors) {
      least = Math.min(least, f);
      most = Math.max(most, f);
    }
    session.decide(
        pair.first().label(),
        "equalised with " + pair.second().label(),
        String.format(Locale.ROOT, "channels divided by %.3g to %.3g", least, most));
  }
}
