package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.report.Comparison.Pair;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * By how much values inside a compressed model differ from those of the original on the same
 * examples: their {@link RelativeError} over all elements and examples.
 */
final class LayerErrors {
  private LayerErrors() {}

  /**
   * The least error of the comparisons of each layer; empty for layers without any.
   *
   * @param layers ways to compare each
   */
  static List<Optional<LayerError>> of(
      OnnxGraph original,
      OnnxGraph compressed,
      List<List<Comparison>> layers,
      Examples examples,
      String backend) {
    List<Comparison> all = layers.stream().flatMap(List::stream).distinct().toList();
    List<Pair> pairs = all.stream().flatMap(c -> c.pairs().stream()).toList();
    CompiledModel before = CompiledModel.of(original, taps(pairs, Pair::before), backend);
    CompiledModel after = CompiledModel.of(compressed, taps(pairs, Pair::after), backend);
    Map<Comparison, RelativeError> sums = new LinkedHashMap<>();
    all.forEach(c -> sums.put(c, new RelativeError()));
    for (int i = 0; i < examples.count(); i++) {
      Map<String, Tensor> expected = before.run(examples.inputs(i));
      Map<String, Tensor> actual = after.run(examples.inputs(i));
      sums.forEach(
          (comparison, sum) -> {
            for (Pair pair : comparison.pairs()) {
              sum.add(pair.part(of(expected, pair.before())), of(actual, pair.after()));
            }
          });
    }
    return layers.stream().map(l -> least(l, sums)).toList();
  }

  private static Optional<LayerError> least(
      List<Comparison> comparisons, Map<Comparison, RelativeError> sums) {
    return comparisons.stream()
        .map(c -> new LayerError(Objects.requireNonNull(sums.get(c)).value(), c.text()))
        .min(Comparator.comparingDouble(LayerError::relative));
  }

  private static List<String> taps(List<Pair> pairs, Function<Pair, String> name) {
    return pairs.stream().map(name).distinct().toList();
  }

  private static Tensor of(Map<String, Tensor> values, String name) {
    return Optional.ofNullable(values.get(name))
        .orElseThrow(() -> new IllegalStateException("compiler bug: no value " + name));
  }
}
