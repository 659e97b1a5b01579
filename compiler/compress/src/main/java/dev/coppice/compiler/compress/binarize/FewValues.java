package dev.coppice.compiler.compress.binarize;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.model.Rewiring;
import dev.coppice.compiler.compress.quantize.StoredWeights;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What making weights ternary and binary have in common: which layers, and how it is written.
 *
 * @param layers the layers named
 * @param perChannel whether each output channel has a scale, or all have one
 * @param ends whether {@link EndLayers} are taken, too
 */
record FewValues(LayerSelection layers, boolean perChannel, boolean ends) {
  /** Weights of -1, 0 and 1 with scales, and what they stand for. */
  record Discrete(Tensor values, Tensor scales, Tensor dequantized) {}

  /** Makes weights discrete, with a scale for each index of an axis, or one if that is -1. */
  interface Discretizer {
    Discrete of(Tensor weights, int axis);
  }

  static FewValues of(StepOptions options) {
    boolean perChannel = options.choice("granularity", "channel", "tensor").equals("channel");
    return new FewValues(options.layers(), perChannel, options.flag("ends", false));
  }

  /**
   * Makes the weights of the layers discrete.
   *
   * @param form what they are then, for decisions
   * @param how by which rule
   */
  void apply(Session session, Discretizer discretizer, String form, String how) {
    OnnxGraph graph = session.graph();
    EndLayers endLayers = EndLayers.of(graph);
    Map<String, Layer> byWeights = new LinkedHashMap<>();
    for (Layer layer : session.select(layers)) {
      if (!ends && endLayers.contains(layer)) {
        session.decide(
            layer.label(), "left as it is", "it is a first or last layer; 'ends: true' takes it");
      } else {
        byWeights.putIfAbsent(layer.weights(), layer);
      }
    }
    for (Layer layer : byWeights.values()) {
      Tensor before = graph.constant(layer.weights()).orElseThrow();
      Discrete discrete;
      try {
        discrete = discretizer.of(before, perChannel ? layer.outAxis() : -1);
      } catch (IllegalArgumentException e) {
        session
            .notes()
            .report(
                DiagnosticCode.WEIGHTS_LEFT_ALONE,
                SourceRef.file(graph.name()),
                layer.weights(),
                String.valueOf(e.getMessage()));
        continue;
      }
      store(graph, layer, discrete);
      session.decide(
          layer.label(),
          form + (perChannel ? ", a scale per channel" : ", one scale"),
          String.format(
              Locale.ROOT,
              "relative error of the weights %.3g %%, %.1f %% zeros; %s",
              100 * RelativeError.of(before, discrete.dequantized()),
              100 * zeros(discrete.values()),
              how));
    }
    graph.sweep();
  }

  private void store(OnnxGraph graph, Layer layer, Discrete discrete) {
    int axis = perChannel ? layer.outAxis() : -1;
    String value =
        StoredWeights.addTernary(
            graph, layer.weights(), discrete.values(), discrete.scales(), axis);
    Rewiring.apply(graph, layer.weights(), value);
  }

  private static double zeros(Tensor values) {
    int zeros = 0;
    for (int i = 0; i < values.size(); i++) {
      zeros += values.longAt(i) == 0 ? 1 : 0;
    }
    return (double) zeros / Math.max(1, values.size());
  }
}
