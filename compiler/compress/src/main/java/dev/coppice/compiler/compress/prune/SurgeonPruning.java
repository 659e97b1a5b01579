package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.StagedValues;
import dev.coppice.compiler.compress.linalg.BrainSurgeon;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.LayerBias;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.reconstruct.LayerGeometry;
import dev.coppice.compiler.compress.prune.reconstruct.SampledRows;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Unstructured pruning of layers in which the weights that stay make up for those that go, on
 * calibration data (see {@link BrainSurgeon}); then the weights of each output that stay, and its
 * bias, are fitted to the outputs before. Layers come in the order of the graph, each sees inputs
 * that the layers before, pruned already, deliver. The inputs of wide layers are taken in parts, of
 * which each makes up for its own.
 */
final class SurgeonPruning {
  private static final int PART = 640;
  private static final int BISECTIONS = 40;
  private static final double RIDGE = 1e-2;

  private final OnnxGraph graph;
  private final StagedValues before;
  private final StagedValues now;
  private final Examples examples;
  private final long seed;

  /** A pruning of {@code graph}. */
  SurgeonPruning(OnnxGraph graph, Examples examples, String backend, long seed) {
    this.graph = graph;
    this.before = new StagedValues(graph.copy(), examples, backend);
    this.now = new StagedValues(graph, examples, backend);
    this.examples = examples;
    this.seed = seed;
  }

  /**
   * How many weights go.
   *
   * @param zeros so many of a layer
   * @param kept with {@code of}: so many of each so many inputs stay
   * @param of see {@code kept}
   */
  record Target(OptionalInt zeros, int kept, int of) {}

  /** Prunes {@code layer}; empty if it is not of a kind that it can see the inputs of. */
  Optional<Long> prune(Layer layer, Target target) {
    Optional<LayerGeometry> geometry = LayerGeometry.of(layer, graph);
    if (geometry.isEmpty() || graph.consumers(layer.weights()).size() > 1) {
      return Optional.empty();
    }
    LayerGeometry g = geometry.get();
    List<Tensor> inputs = now.of(layer.input());
    List<Tensor> targets = before.of(layer.output());
    Tensor w = graph.constant(layer.weights()).orElseThrow();
    float[] pruned = w.toFloats();
    double[] shifts = new double[g.outputs() * g.groups()];
    double[] bias = LayerBias.of(graph, layer, shifts.length);
    long zeros = 0;
    for (int q = 0; q < g.groups(); q++) {
      SampledRows rows = SampledRows.of(g, q, inputs, targets, seed);
      double[][] matrix = g.matrix(w, q);
      int share =
          target.zeros().isPresent()
              ? (int)
                  ((long) target.zeros().getAsInt() * (q + 1) / g.groups()
                      - (long) target.zeros().getAsInt() * q / g.groups())
              : -1;
      double[][] sparse = sparse(matrix, rows, target, share);
      for (int o = 0; o < g.outputs(); o++) {
        double shift = rows.refit(sparse[o], o, RIDGE / 10);
        int c = q * g.outputs() + o;
        shifts[c] = shift - bias[c];
        for (int i = 0; i < g.inputs(); i++) {
          pruned[g.index(q, o, i)] = (float) sparse[o][i];
          zeros += sparse[o][i] == 0 ? 1 : 0;
        }
      }
    }
    graph.constant(layer.weights(), Tensor.ofFloats(w.shape(), pruned));
    LayerBias.add(graph, layer, shifts);
    return Optional.of(zeros);
  }

  /** The number of examples. */
  int examples() {
    return examples.count();
  }

  private static double[][] sparse(double[][] w, SampledRows rows, Target target, int zeros) {
    int n = w[0].length;
    BrainSurgeon[] parts = new BrainSurgeon[(n + PART - 1) / PART];
    for (int p = 0; p < parts.length; p++) {
      parts[p] = new BrainSurgeon(rows.gram(p * PART, Math.min(n, (p + 1) * PART)), RIDGE);
    }
    if (zeros < 0) {
      return pruned(w, parts, Double.NaN, target);
    }
    // The largest threshold that removes no more than is asked for.
    double low = 0;
    double high = 1;
    while (zeros(pruned(w, parts, high, target)) <= zeros && high < 1e30) {
      low = high;
      high *= 16;
    }
    for (int i = 0; i < BISECTIONS && high > 0; i++) {
      double middle = low == 0 && i < 8 ? high / 64 : (low + high) / 2;
      if (zeros(pruned(w, parts, middle, target)) <= zeros) {
        low = middle;
      } else {
        high = middle;
      }
    }
    double[][] sparse = pruned(w, parts, low, target);
    removeSmallest(sparse, zeros - zeros(sparse));
    return sparse;
  }

  private static double[][] pruned(
      double[][] w, BrainSurgeon[] parts, double threshold, Target target) {
    double[][] sparse = new double[w.length][w[0].length];
    for (int o = 0; o < w.length; o++) {
      int at = 0;
      for (BrainSurgeon part : parts) {
        double[] row = Arrays.copyOfRange(w[o], at, at + part.inputs());
        if (Double.isNaN(threshold)) {
          part.prunePattern(row, target.kept(), target.of());
        } else {
          part.prune(row, threshold);
        }
        System.arraycopy(row, 0, sparse[o], at, row.length);
        at += row.length;
      }
    }
    return sparse;
  }

  private static int zeros(double[][] w) {
    int zeros = 0;
    for (double[] row : w) {
      for (double v : row) {
        zeros += v == 0 ? 1 : 0;
      }
    }
    return zeros;
  }

  /** What is left to remove, by magnitude: thresholds may jump over a few. */
  private static void removeSmallest(double[][] w, int count) {
    for (int k = 0; k < count; k++) {
      int row = -1;
      int column = -1;
      for (int o = 0; o < w.length; o++) {
        for (int i = 0; i < w[o].length; i++) {
          boolean less = w[o][i] != 0 && (row < 0 || Math.abs(w[o][i]) < Math.abs(w[row][column]));
          row = less ? o : row;
          column = less ? i : column;
        }
      }
      w[row][column] = 0;
    }
  }
}
