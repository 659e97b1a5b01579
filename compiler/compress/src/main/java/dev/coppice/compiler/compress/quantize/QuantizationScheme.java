package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import java.util.List;
import java.util.Optional;

/**
 * How a model is quantized.
 *
 * @param activations what activations become
 * @param calibrator how their ranges are chosen
 * @param weights how weights become integers
 * @param types what weights of single layers become
 * @param keepsBias whether each layer gets a bias, which a correction may change
 */
record QuantizationScheme(
    ActivationType activations,
    Calibrator calibrator,
    WeightQuantizer weights,
    List<TypeRule> types,
    boolean keepsBias) {
  QuantizationScheme {
    types = List.copyOf(types);
  }

  /**
   * What weights of some layers become.
   *
   * @param layers which layers
   * @param type integers of how many bits; empty if they stay in float
   */
  record TypeRule(LayerSelection layers, Optional<WeightType> type) {}

  /** What the weights of {@code layer} become; empty if they stay in float. */
  Optional<WeightType> type(Layer layer) {
    for (TypeRule rule : types) {
      if (rule.layers().takes(layer.names())) {
        return rule.type();
      }
    }
    return Optional.of(WeightType.INT8);
  }
}
