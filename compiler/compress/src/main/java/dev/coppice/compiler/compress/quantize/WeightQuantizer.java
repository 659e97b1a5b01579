package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Locale;
import java.util.Optional;

/**
 * How weights become integers.
 *
 * @param granularity which weights share a scale
 * @param groupSize weights of a run, with {@link Granularity#GROUP}
 * @param symmetric whether 0 is the integer 0
 * @param rounding how scales and integers are chosen
 */
record WeightQuantizer(
    Granularity granularity, int groupSize, boolean symmetric, Rounding rounding) {

  /** Which weights share a scale. */
  enum Granularity {
    CHANNEL,
    TENSOR,
    GROUP
  }

  /** How scales and integers are chosen. */
  enum Rounding {
    /** The range holds all weights, each goes to the nearest integer. */
    NEAREST,
    /** The range gives the least squared error, each goes to the nearest integer. */
    MSE,
    /** As {@link #MSE}; the integers keep the layer's output on calibration data. */
    RECONSTRUCT;

    /** What recipes call it. */
    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which weights of {@code layer}, of shape {@code shape}, share a scale. */
  WeightGroups groups(Layer layer, Shape shape) {
    return switch (granularity) {
      case TENSOR -> WeightGroups.all(shape);
      case CHANNEL -> WeightGroups.channels(shape, layer.outAxis());
      case GROUP -> WeightGroups.runs(layer, shape, groupSize);
    };
  }

  /**
   * The weights {@code w} of {@code layer} as integers.
   *
   * @param grams the inputs of the layer, which {@link Rounding#RECONSTRUCT} needs; without them it
   *     is {@link Rounding#MSE}
   * @throws IllegalArgumentException if a weight is not finite
   */
  QuantizedWeights quantize(Layer layer, Tensor w, WeightType type, Optional<InputGrams> grams) {
    WeightGroups groups = groups(layer, w.shape());
    QuantizedWeights nearest =
        rounding == Rounding.NEAREST
            ? QuantizedWeights.of(w, type, groups, symmetric)
            : QuantizedWeights.closest(w, type, groups, symmetric);
    return rounding == Rounding.RECONSTRUCT && grams.isPresent()
        ? ReconstructedRounding.round(w, nearest, grams.get())
        : nearest;
  }

  /** A scale for what, for logs. */
  String text() {
    return switch (granularity) {
      case TENSOR -> "one scale";
      case CHANNEL -> "a scale per channel";
      case GROUP -> "a scale per " + groupSize + " weights";
    };
  }
}
