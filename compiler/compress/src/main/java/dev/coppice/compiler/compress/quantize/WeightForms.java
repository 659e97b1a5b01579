package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The weights of the layers of one graph in every type, each made when it is first asked for. */
final class WeightForms {
  private final OnnxGraph graph;
  private final WeightQuantizer quantizer;
  private final Map<String, InputGrams> grams;
  private final Map<String, WeightForm> known = new LinkedHashMap<>();
  private final Map<String, Double> errors = new LinkedHashMap<>();

  /**
   * Forms of the weights in {@code graph}, which must not change meanwhile.
   *
   * @param grams inputs of layers on calibration data, by {@link InputGrams#key}; may be empty
   */
  WeightForms(OnnxGraph graph, WeightQuantizer quantizer, Map<String, InputGrams> grams) {
    this.graph = graph;
    this.quantizer = quantizer;
    this.grams = grams;
  }

  /**
   * The weights of {@code layer} in {@code type}.
   *
   * @throws IllegalArgumentException if a weight is not finite
   */
  WeightForm of(Layer layer, WeightType type) {
    String key = layer.weights() + "=" + type.text();
    WeightForm form = known.get(key);
    if (form == null) {
      Tensor w = graph.constant(layer.weights()).orElseThrow();
      form =
          type.isInteger()
              ? WeightForm.of(quantizer.quantize(layer, w, type, inputs(layer)))
              : WeightForm.half(w);
      known.put(key, form);
    }
    return form;
  }

  /**
   * The squared error of what {@code layer} computes on calibration data; of the weights themselves
   * where its inputs are not known.
   */
  double squaredError(Layer layer, WeightType type) {
    String key = layer.weights() + "=" + type.text();
    Double error = errors.get(key);
    if (error == null) {
      error = measured(layer, type);
      errors.put(key, error);
    }
    return error;
  }

  private double measured(Layer layer, WeightType type) {
    Tensor before = graph.constant(layer.weights()).orElseThrow();
    Tensor after = of(layer, type).floats();
    float[] error = new float[before.size()];
    double sum = 0;
    for (int i = 0; i < error.length; i++) {
      error[i] = (float) (after.doubleAt(i) - before.doubleAt(i));
      sum += (double) error[i] * error[i];
    }
    Optional<InputGrams> inputs = inputs(layer);
    return inputs.isPresent() ? inputs.get().squaredError(error) : sum;
  }

  /** How the weights of {@code layer} are rounded to {@code type}. */
  WeightQuantizer.Rounding rounding(Layer layer, WeightType type) {
    if (!type.isInteger()) {
      return WeightQuantizer.Rounding.NEAREST;
    }
    boolean known = inputs(layer).isPresent();
    return quantizer.rounding() == WeightQuantizer.Rounding.RECONSTRUCT && !known
        ? WeightQuantizer.Rounding.MSE
        : quantizer.rounding();
  }

  private Optional<InputGrams> inputs(Layer layer) {
    return Optional.ofNullable(grams.get(InputGrams.key(layer)));
  }
}
