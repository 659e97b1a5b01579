package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Ranges of values of a graph, by histograms over calibration examples. */
final class ActivationRanges {
  private final Map<String, ActivationHistogram> histograms = new LinkedHashMap<>();

  private ActivationRanges() {}

  /** Walks over {@code examples} twice. */
  static ActivationRanges of(
      OnnxGraph graph, Collection<String> values, Examples examples, String backend) {
    ActivationRanges ranges = new ActivationRanges();
    values.forEach(v -> ranges.histograms.put(v, new ActivationHistogram()));
    CompiledModel model = CompiledModel.of(graph, List.copyOf(values), backend);
    for (int i = 0; i < examples.count(); i++) {
      Map<String, Tensor> tensors = model.run(examples.inputs(i));
      ranges.histograms.forEach((v, h) -> h.widen(Objects.requireNonNull(tensors.get(v))));
    }
    for (int i = 0; i < examples.count(); i++) {
      Map<String, Tensor> tensors = model.run(examples.inputs(i));
      ranges.histograms.forEach((v, h) -> h.count(Objects.requireNonNull(tensors.get(v))));
    }
    return ranges;
  }

  /** The range of {@code value} that {@code calibrator} chooses. */
  Calibrator.Range range(String value, Calibrator calibrator, ActivationType type) {
    return calibrator.range(Objects.requireNonNull(histograms.get(value)), type);
  }
}
