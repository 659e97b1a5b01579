package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.prune.MagnitudePruning;
import dev.coppice.compiler.compress.quantize.QuantizedWeights;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * The elements of a weight after some decisions.
 *
 * @param floats what layers multiply with
 * @param int8 the bytes and scales that {@code floats} are, if the weight is quantized
 */
record WeightValues(Tensor floats, Optional<QuantizedWeights> int8) {
  /** {@code weight} after {@code decisions}, read anew: nothing is kept between calls. */
  static WeightValues of(Weight weight, List<Decision> decisions, TensorReader reader) {
    WeightValues values = new WeightValues(reader.read(weight.data()), Optional.empty());
    for (Decision decision : decisions) {
      values = values.after(decision);
    }
    return values;
  }

  private WeightValues after(Decision decision) {
    if (decision instanceof Decision.Prune p) {
      Tensor pruned = MagnitudePruning.prune(floats, p.zeros());
      return int8.map(q -> quantized(pruned, q.axis()))
          .orElseGet(() -> new WeightValues(pruned, Optional.empty()));
    }
    if (decision instanceof Decision.Quantize q) {
      return quantized(floats, q.axis());
    }
    throw new IllegalStateException("compiler bug: no effect of " + decision);
  }

  private static WeightValues quantized(Tensor floats, int axis) {
    QuantizedWeights int8 = QuantizedWeights.of(floats, axis);
    return new WeightValues(int8.dequantized(), Optional.of(int8));
  }
}
