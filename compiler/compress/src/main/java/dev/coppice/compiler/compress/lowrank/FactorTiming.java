package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How long a layer takes here and now, and how long factors of it do: each compiled as a model of
 * its own and run on random inputs in turns.
 *
 * @param before median time of the layer in microseconds
 * @param after that of the factors
 */
record FactorTiming(double before, double after) {
  private static final int TURNS = 2;
  private static final double SECONDS = 0.1;

  /** Times {@code layer} of {@code graph}, which is not changed. */
  static FactorTiming of(OnnxGraph graph, Layer layer, Factors factors, String backend) {
    OnnxGraph factored = graph.copy();
    FactorNodes.replace(factored, layer, factors);
    List<String> given = new ArrayList<>(List.of(layer.input()));
    Nodes.input(layer.node(), 2).filter(b -> !graph.isConstant(b)).ifPresent(given::add);
    CompiledModel one = CompiledModel.of(part(graph, given, layer), List.of(), backend);
    CompiledModel other = CompiledModel.of(part(factored, given, layer), List.of(), backend);
    SplittableRandom random = new SplittableRandom(1);
    List<Tensor> inputs =
        given.stream().map(v -> SeededInputs.tensor(graph.type(v), random)).toList();
    double before = Double.POSITIVE_INFINITY;
    double after = Double.POSITIVE_INFINITY;
    for (int turn = 0; turn < TURNS; turn++) {
      before = Math.min(before, one.medianMicros(inputs, SECONDS));
      after = Math.min(after, other.medianMicros(inputs, SECONDS));
    }
    return new FactorTiming(before, after);
  }

  private static OnnxGraph part(OnnxGraph graph, List<String> given, Layer layer) {
    return graph.part(given, List.of(layer.output()));
  }
}
