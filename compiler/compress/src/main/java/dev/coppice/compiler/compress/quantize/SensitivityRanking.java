package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Layers in the order of what it costs to change each of them alone: the relative error of the
 * model's outputs on calibration data, which says more on few examples than accuracy does.
 *
 * @param ranked those that cost the most first
 */
record SensitivityRanking(List<Ranked> ranked) {
  /** A ranking needs fewer examples than a verdict. */
  private static final int EXAMPLES = 64;

  private static final Metric METRIC = new Metric(Metric.Kind.RELATIVE_ERROR, 1);

  SensitivityRanking {
    ranked = List.copyOf(ranked);
  }

  /**
   * What a layer costs.
   *
   * @param layer the layer
   * @param error relative error of the outputs if it alone is changed
   */
  record Ranked(Layer layer, double error) {}

  /**
   * Measures each of {@code layers} and records it.
   *
   * @param amount what is done to a layer
   * @param alone the model in which only this layer is changed
   */
  static SensitivityRanking of(
      Session session,
      OnnxGraph reference,
      List<Layer> layers,
      String amount,
      Function<Layer, OnnxGraph> alone) {
    Examples examples = session.calibration("a ranking of layers").first(EXAMPLES);
    Evaluator judge =
        new Evaluator(examples, METRIC, session.backend(), reference, session.where());
    List<Ranked> ranked = new ArrayList<>();
    for (Layer layer : layers) {
      session.progress("sensitivity of " + layer.label(), ranked.size(), layers.size());
      double error = judge.evaluate(alone.apply(layer));
      session.sensitivity(layer.label(), amount, METRIC.name(), error);
      ranked.add(new Ranked(layer, error));
    }
    ranked.sort(Comparator.comparingDouble(r -> -r.error()));
    return new SensitivityRanking(ranked);
  }

  /**
   * Who judges by calibration data: the metric of the recipe if there are the labels it needs,
   * otherwise the relative error of the outputs.
   */
  static Evaluator judge(Session session) {
    return session
        .calibrationEvaluator()
        .orElseGet(
            () ->
                new Evaluator(
                    session.calibration("'max-drop'"),
                    METRIC,
                    session.backend(),
                    session.original(),
                    session.where()));
  }
}
