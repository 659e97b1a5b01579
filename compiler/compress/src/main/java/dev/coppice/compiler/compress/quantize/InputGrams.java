package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.Activations;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.linalg.NormalEquations;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;

/**
 * Gram matrices {@code X^T X} of the inputs of a layer on calibration data. Elements of a row are
 * cut into blocks of at most {@link #BLOCK}, whose products with other blocks are left out.
 *
 * @param inputs the layer as a matrix product
 * @param grams by group and block
 */
record InputGrams(LayerInputs inputs, List<List<DMatrixRMaj>> grams) {
  /** Elements of a row from which it is cut: a matrix is inverted in cubic time. */
  static final int BLOCK = 1024;

  /** Rows per element that are enough for a matrix of full rank with little noise. */
  private static final int ROWS_PER_ELEMENT = 12;

  /**
   * Of each layer that is a matrix product, by {@link #key}.
   *
   * @param backend the backend that computes the inputs
   */
  static Map<String, InputGrams> of(
      OnnxGraph graph, List<Layer> layers, Examples examples, String backend) {
    Map<String, Collector> collectors = new LinkedHashMap<>();
    Map<String, String> values = new LinkedHashMap<>();
    for (Layer layer : layers) {
      Optional<LayerInputs> inputs = LayerInputs.of(layer, graph);
      if (inputs.isPresent()) {
        collectors.put(key(layer), new Collector(inputs.get(), examples.count()));
        values.put(key(layer), layer.input());
      }
    }
    if (collectors.isEmpty()) {
      return Map.of();
    }
    Activations.visit(
        graph,
        List.copyOf(values.values()),
        examples,
        backend,
        (e, tensors) ->
            collectors.forEach(
                (key, collector) ->
                    collector.add(Objects.requireNonNull(tensors.get(values.get(key))))));
    Map<String, InputGrams> all = new LinkedHashMap<>();
    collectors.forEach((key, collector) -> all.put(key, collector.finished()));
    return all;
  }

  /** What a layer is called in maps. */
  static String key(Layer layer) {
    return layer.output() + "#" + layer.operand();
  }

  /** Sums over examples. */
  private static final class Collector {
    private final LayerInputs inputs;
    private final int every;
    private final List<List<NormalEquations>> sums = new ArrayList<>();
    private final float[] nothing = {};
    private final SplittableRandom random = new SplittableRandom(1);

    Collector(LayerInputs inputs, int examples) {
      this.inputs = inputs;
      long all = (long) inputs.rows() * examples;
      long wanted = (long) ROWS_PER_ELEMENT * Math.min(BLOCK, inputs.inputs());
      this.every = (int) Math.max(1, Math.min(inputs.rows(), all / Math.max(1, wanted)));
      for (int g = 0; g < inputs.groups(); g++) {
        List<NormalEquations> blocks = new ArrayList<>();
        for (int at = 0; at < inputs.inputs(); at += BLOCK) {
          blocks.add(new NormalEquations(Math.min(BLOCK, inputs.inputs() - at), 0));
        }
        sums.add(blocks);
      }
    }

    void add(Tensor values) {
      // Another place in each example: rows at one place, such as a corner, are not like the
      // others.
      inputs.visit(
          values,
          random.nextInt(every),
          every,
          (g, row) -> {
            for (int b = 0; b < sums.get(g).size(); b++) {
              sums.get(g).get(b).add(row, b * BLOCK, nothing, 0);
            }
          });
    }

    InputGrams finished() {
      List<List<DMatrixRMaj>> grams = new ArrayList<>();
      for (List<NormalEquations> blocks : sums) {
        grams.add(blocks.stream().map(b -> b.gram(false)).toList());
      }
      return new InputGrams(inputs, grams);
    }
  }

  /**
   * The sum of squares over the rows of what the layer computes with an error in its weights,
   * blocks taken by themselves. A Gemm's {@code alpha} is left out: errors of one layer are
   * compared, and what the model's output makes of them is measured ({@link BitAllocation}).
   *
   * @param error difference of the weights, in their order
   */
  double squaredError(float[] error) {
    double sum = 0;
    for (int o = 0; o < inputs.outputs(); o++) {
      List<DMatrixRMaj> blocks = grams.get(inputs.group(o));
      for (int b = 0; b < blocks.size(); b++) {
        DMatrixRMaj gram = blocks.get(b);
        double[] e = new double[gram.numCols];
        for (int k = 0; k < e.length; k++) {
          e[k] = error[inputs.weight(o, b * BLOCK + k)];
        }
        sum += quadratic(gram, e);
      }
    }
    return sum;
  }

  /** {@code e^T G e}. */
  static double quadratic(DMatrixRMaj gram, double[] e) {
    double sum = 0;
    for (int i = 0; i < e.length; i++) {
      double line = 0;
      for (int j = 0; j < e.length; j++) {
        line += gram.data[i * e.length + j] * e[j];
      }
      sum += e[i] * line;
    }
    return sum;
  }
}
