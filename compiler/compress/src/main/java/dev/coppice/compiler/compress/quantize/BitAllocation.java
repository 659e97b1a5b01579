package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which layer gets how many bits (mixed precision). What a type costs a layer is predicted: the
 * error that it makes in the layer's output, times what such an error did to the model's output
 * when the layer alone had 4 bits; costs of layers add up. Bits go where they lessen the cost the
 * most for each bit, from 2 bits everywhere on.
 */
final class BitAllocation {
  /** Types in the order of their bits. */
  private static final List<WeightType> TYPES =
      List.of(WeightType.INT2, WeightType.INT4, WeightType.INT8, WeightType.FP16);

  private static final WeightType PROBE = WeightType.INT4;

  /** Budgets that a search by halves tries. */
  private static final int TRIALS = 8;

  private final Session session;
  private final OnnxGraph graph;
  private final List<Layer> layers;
  private final WeightForms forms;
  private final Map<String, Double> weightOfError = new LinkedHashMap<>();

  /**
   * Measures each layer.
   *
   * @param layers one for each constant
   */
  BitAllocation(Session session, List<Layer> layers, WeightForms forms) {
    this.session = session;
    this.graph = session.graph().copy();
    this.layers = layers;
    this.forms = forms;
    SensitivityRanking ranking =
        SensitivityRanking.of(
            session, graph, layers, PROBE.text(), layer -> stored(Map.of(layer.weights(), PROBE)));
    for (SensitivityRanking.Ranked r : ranking.ranked()) {
      double error = forms.squaredError(r.layer(), PROBE);
      weightOfError.put(r.layer().weights(), error > 0 ? r.error() * r.error() / error : 0);
    }
  }

  /** The model with some weights in other types. */
  private OnnxGraph stored(Map<String, WeightType> types) {
    OnnxGraph copy = graph.copy();
    for (Layer layer : layers) {
      WeightType type = types.get(layer.weights());
      if (type != null) {
        forms.of(layer, type).store(copy, layer.weights());
      }
    }
    copy.sweep();
    return copy;
  }

  /**
   * The types that cost the least within {@code bytes} of weights and scales.
   *
   * @throws CompileException if even 2 bits take more
   */
  Map<String, WeightType> within(long bytes) {
    Map<String, WeightType> types = greedy(bytes * 8);
    if (bits(types) > bytes * 8) {
      throw new CompileException(
          DiagnosticCode.RECIPE_INVALID,
          session.where(),
          "'max-bytes' is "
              + bytes
              + ", and the weights of the selected layers take "
              + (bits(types) + 7) / 8
              + " with 2 bits each");
    }
    return types;
  }

  /** The types with the fewest bits found that cost no more than {@code maxDrop}. */
  Map<String, WeightType> withinDrop(double maxDrop) {
    Evaluator judge = SensitivityRanking.judge(session);
    double before = judge.evaluate(graph);
    Map<String, WeightType> best = all(WeightType.FP16);
    double low = Math.log((double) bits(all(WeightType.INT2)));
    double high = Math.log((double) bits(best));
    for (int trial = 0; trial < TRIALS; trial++) {
      double middle = (low + high) / 2;
      Map<String, WeightType> types = greedy((long) Math.exp(middle));
      double drop = judge.metric().drop(before, judge.evaluate(stored(types)));
      if (drop <= maxDrop) {
        best = types;
        high = middle;
      } else {
        low = middle;
      }
    }
    double drop = judge.metric().drop(before, judge.evaluate(stored(best)));
    session.decide(
        "",
        (bits(best) + 7) / 8 + " bytes of weights and scales",
        String.format(
            Locale.ROOT,
            "%s gets worse by %.3g on calibration data, allowed is %.3g",
            judge.metric().name(),
            drop,
            maxDrop));
    return best;
  }

  private Map<String, WeightType> all(WeightType type) {
    Map<String, WeightType> types = new LinkedHashMap<>();
    layers.forEach(l -> types.put(l.weights(), type));
    return types;
  }

  private long bits(Map<String, WeightType> types) {
    long bits = 0;
    for (Layer layer : layers) {
      bits += forms.of(layer, Objects.requireNonNull(types.get(layer.weights()))).bits();
    }
    return bits;
  }

  private double cost(Layer layer, WeightType type) {
    return Objects.requireNonNull(weightOfError.get(layer.weights()))
        * forms.squaredError(layer, type);
  }

  /** A wider type for a layer. */
  private record Upgrade(Layer layer, WeightType type, long bits, double gain) {}

  private Map<String, WeightType> greedy(long budget) {
    Map<String, WeightType> types = all(TYPES.get(0));
    long left = budget - bits(types);
    @Nullable Upgrade best = best(types, left);
    while (best != null) {
      types.put(best.layer().weights(), best.type());
      left -= best.bits();
      best = best(types, left);
    }
    return types;
  }

  /** The upgrade that gains the most for each bit; null if none gains within {@code left}. */
  private @Nullable Upgrade best(Map<String, WeightType> types, long left) {
    @Nullable Upgrade best = null;
    for (Layer layer : layers) {
      WeightType now = Objects.requireNonNull(types.get(layer.weights()));
      for (WeightType type : TYPES.subList(TYPES.indexOf(now) + 1, TYPES.size())) {
        long bits = forms.of(layer, type).bits() - forms.of(layer, now).bits();
        double gain = cost(layer, now) - cost(layer, type);
        boolean better =
            best == null || gain * Math.max(1, best.bits()) > best.gain() * Math.max(1, bits);
        if (bits <= left && gain > 0 && better) {
          best = new Upgrade(layer, type, bits, gain);
        }
      }
    }
    return best;
  }
}
