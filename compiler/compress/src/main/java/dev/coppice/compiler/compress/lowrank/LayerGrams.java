package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.evaluate.Activations;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.linalg.NormalEquations;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.reconstruct.LayerGeometry;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ejml.data.DMatrixRMaj;

/** Gram matrices {@code X^T X} of what layers see of their inputs on calibration data. */
final class LayerGrams {
  /** Rows taken of an example, which lie beside each other and are alike. */
  private static final int POSITIONS = 128;

  /** The most elements of a row: 42 MB a matrix. */
  private static final int MAX_INPUTS = 2304;

  private LayerGrams() {}

  private record Collector(LayerGeometry geometry, int[] positions, NormalEquations sums) {
    void add(Tensor input) {
      float[] values = input.toFloats();
      float[] row = new float[geometry.inputs()];
      for (int position : positions) {
        geometry.row(values, 0, position, row);
        sums.add(row, 0, row, 0);
      }
    }
  }

  /**
   * Those of {@code layers} by result; without layers whose rows are too long, and those that
   * {@link LayerGeometry} does not know.
   *
   * @param seed of the choice of rows
   */
  static Map<String, DMatrixRMaj> of(
      OnnxGraph graph, List<Layer> layers, Examples examples, String backend, long seed) {
    Map<String, Collector> collectors = new LinkedHashMap<>();
    List<String> inputs = new ArrayList<>();
    List<Layer> seen = new ArrayList<>();
    for (Layer layer : layers) {
      Optional<LayerGeometry> geometry =
          LayerGeometry.of(layer, graph).filter(g -> g.inputs() <= MAX_INPUTS);
      if (geometry.isPresent()) {
        LayerGeometry g = geometry.get();
        int[] positions = g.sampled(POSITIONS, seed);
        collectors.put(
            layer.output(), new Collector(g, positions, new NormalEquations(g.inputs(), 0)));
        inputs.add(layer.input());
        seen.add(layer);
      }
    }
    if (seen.isEmpty()) {
      return Map.of();
    }
    Activations.visit(
        graph,
        inputs,
        examples,
        backend,
        (example, values) ->
            seen.forEach(
                l ->
                    Objects.requireNonNull(collectors.get(l.output()))
                        .add(Objects.requireNonNull(values.get(l.input())))));
    Map<String, DMatrixRMaj> grams = new LinkedHashMap<>();
    collectors.forEach((output, c) -> grams.put(output, c.sums().gram(false)));
    return grams;
  }
}
