package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * By how much values inside a compressed model differ from those of the original on the same
 * examples: their {@link RelativeError} over all elements and examples.
 */
final class LayerErrors {
  /** How many operators behind a value may have been merged into what computes it now. */
  private static final int MOST_MERGED = 4;

  private LayerErrors() {}

  /**
   * The error of each of {@code values}; those that the original lacks, or has in another shape,
   * are absent. A value whose consumers in the original were merged into what computes it now
   * stands for theirs, and the nearest of them counts.
   *
   * @param values names of values of {@code compressed}
   */
  static Map<String, Double> of(
      OnnxGraph original,
      OnnxGraph compressed,
      List<String> values,
      Examples examples,
      String backend) {
    Map<String, List<String>> pairs = new LinkedHashMap<>();
    Set<String> taps = new LinkedHashSet<>();
    for (String value : values) {
      List<String> candidates = candidates(original, compressed, value);
      if (!candidates.isEmpty()) {
        pairs.put(value, candidates);
        taps.addAll(candidates);
      }
    }
    Map<String, RelativeError> sums = new LinkedHashMap<>();
    CompiledModel before = CompiledModel.of(original, List.copyOf(taps), backend);
    CompiledModel after = CompiledModel.of(compressed, List.copyOf(pairs.keySet()), backend);
    for (int i = 0; i < examples.count(); i++) {
      Map<String, Tensor> expected = before.run(examples.inputs(i));
      Map<String, Tensor> actual = after.run(examples.inputs(i));
      pairs.forEach(
          (value, candidates) ->
              candidates.forEach(
                  c ->
                      sums.computeIfAbsent(value + "\n" + c, k -> new RelativeError())
                          .add(of(expected, c), of(actual, value))));
    }
    Map<String, Double> errors = new LinkedHashMap<>();
    pairs.forEach(
        (value, candidates) ->
            candidates.stream()
                .map(c -> sums.get(value + "\n" + c))
                .mapToDouble(s -> s == null ? Double.NaN : s.value())
                .min()
                .ifPresent(e -> errors.put(value, e)));
    return errors;
  }

  private static Tensor of(Map<String, Tensor> values, String name) {
    return Optional.ofNullable(values.get(name))
        .orElseThrow(() -> new IllegalStateException("compiler bug: no value " + name));
  }

  private static List<String> candidates(OnnxGraph original, OnnxGraph compressed, String value) {
    List<String> found = new ArrayList<>();
    Optional<String> at = Optional.of(value);
    for (int i = 0; i <= MOST_MERGED && at.isPresent(); i++) {
      String v = at.get();
      boolean merged = i > 0 && compressed.isKnown(v);
      if (!original.isKnown(v) || original.producer(v).isEmpty() || merged) {
        break;
      }
      if (original.type(v).equals(compressed.type(value)) && original.type(v).dtype().isFloat()) {
        found.add(v);
      }
      at = original.soleConsumer(v).map(LayerErrors::result);
    }
    return found;
  }

  private static String result(NodeProto node) {
    return node.getOutput(0);
  }
}
