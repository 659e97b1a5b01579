package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Leaves the most sensitive layers in float until quantization costs no more than a limit on
 * calibration data: as few as a search by halves finds.
 */
final class LayerExclusion {
  private final Session session;
  private final StaticQuantizer quantizer;
  private final OnnxGraph reference;
  private final double maxDrop;

  /**
   * A search.
   *
   * @param reference the model before quantization
   * @param maxDrop by how much the metric may get worse
   */
  LayerExclusion(Session session, StaticQuantizer quantizer, OnnxGraph reference, double maxDrop) {
    this.session = session;
    this.quantizer = quantizer;
    this.reference = reference;
    this.maxDrop = maxDrop;
  }

  /** Results of the layers that stay in float. */
  Set<String> find() {
    Evaluator judge = SensitivityRanking.judge(session);
    double before = judge.evaluate(reference);
    double drop = drop(judge, before, Set.of());
    if (drop <= maxDrop) {
      session.decide("", "all layers are quantized", text(judge, drop));
      return Set.of();
    }
    SensitivityRanking ranking = rank(session, quantizer, reference);
    int tooFew = 0;
    int enough = ranking.ranked().size();
    while (enough - tooFew > 1) {
      int middle = Math.min((tooFew + enough) / 2, Math.max(1, 2 * tooFew));
      if (drop(judge, before, first(ranking, middle)) <= maxDrop) {
        enough = middle;
      } else {
        tooFew = middle;
      }
    }
    Set<String> inFloat = first(ranking, enough);
    String why = text(judge, drop(judge, before, inFloat));
    for (SensitivityRanking.Ranked r : ranking.ranked().subList(0, enough)) {
      session.decide(
          r.layer().label(),
          "stays in float",
          String.format(Locale.ROOT, "alone it costs a relative error of %.3g", r.error()));
    }
    session.decide("", enough + " layers stay in float", why);
    return inFloat;
  }

  /** Ranks all layers by what it costs to quantize each alone. */
  static SensitivityRanking rank(Session session, StaticQuantizer quantizer, OnnxGraph reference) {
    Set<String> all = new LinkedHashSet<>();
    quantizer.layers().forEach(l -> all.add(l.output()));
    return SensitivityRanking.of(
        session,
        reference,
        quantizer.layers(),
        "int8",
        layer -> {
          Set<String> others = new LinkedHashSet<>(all);
          others.remove(layer.output());
          return quantizer.quantized(others);
        });
  }

  private double drop(Evaluator judge, double before, Set<String> inFloat) {
    return judge.metric().drop(before, judge.evaluate(quantizer.quantized(inFloat)));
  }

  private String text(Evaluator judge, double drop) {
    return String.format(
        Locale.ROOT,
        "%s gets worse by %.3g on calibration data, allowed is %.3g",
        judge.metric().name(),
        drop,
        maxDrop);
  }

  private static Set<String> first(SensitivityRanking ranking, int n) {
    Set<String> names = new LinkedHashSet<>();
    ranking.ranked().subList(0, n).forEach(r -> names.add(r.layer().output()));
    return names;
  }
}
