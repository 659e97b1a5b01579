package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.model.Rewiring;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * The weights of a layer in one type.
 *
 * @param type the type
 * @param integers the integers, of types that have them
 * @param floats the float32 weights that they stand for
 */
record WeightForm(WeightType type, Optional<QuantizedWeights> integers, Tensor floats) {
  /** Weights {@code w} in half precision. */
  static WeightForm half(Tensor w) {
    return new WeightForm(WeightType.FP16, Optional.empty(), StoredWeights.half(w));
  }

  static WeightForm of(QuantizedWeights integers) {
    return new WeightForm(integers.type(), Optional.of(integers), integers.dequantized());
  }

  /** Bits that they take, scales included. */
  long bits() {
    return integers.map(QuantizedWeights::storedBits).orElse((long) type.bits() * floats.size());
  }

  /** Puts them into the place of constant {@code weights}. */
  void store(OnnxGraph graph, String weights) {
    Rewiring.apply(
        graph,
        weights,
        integers.isPresent()
            ? StoredWeights.add(graph, weights, integers.get())
            : StoredWeights.addHalf(graph, weights));
  }
}
