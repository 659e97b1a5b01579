package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.evaluate.Activations;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.LayerBias;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Empirical bias correction (Nagel et al. 2019, arXiv 1906.04721, section 4.2): compression shifts
 * the mean of what a layer computes, and its bias takes the shift back. Of the measured shift of a
 * layer only its own part counts, {@code E[y] - E[y'] - W' (E[x] - E[x'])}; the rest comes from
 * layers before, which are corrected themselves.
 */
final class BiasCorrection {
  private final OnnxGraph reference;
  private final Examples examples;
  private final String backend;

  /**
   * A correction.
   *
   * @param reference the model whose means are wanted
   * @param backend the backend that computes activations
   */
  BiasCorrection(OnnxGraph reference, Examples examples, String backend) {
    this.reference = reference;
    this.examples = examples;
    this.backend = backend;
  }

  /**
   * What was found for a layer.
   *
   * @param label what the layer is called
   * @param output the value that it computes
   * @param shift by how much the mean of each channel is too low, by its own fault
   */
  record Shift(String label, String output, double[] shift) {
    /** The root mean square over the channels. */
    double size() {
      double sum = 0;
      for (double s : shift) {
        sum += s * s;
      }
      return Math.sqrt(sum / Math.max(1, shift.length));
    }
  }

  /**
   * Corrects the layers of {@code graph} that compute a value which the reference has, too.
   *
   * @return what was corrected, in order
   */
  List<Shift> correct(OnnxGraph graph) {
    List<Shift> shifts = measure(graph);
    List<Shift> corrected = new ArrayList<>();
    for (Shift shift : shifts) {
      if (LayerBias.add(graph, shift.output(), shift.shift())) {
        corrected.add(shift);
      }
    }
    return corrected;
  }

  /** The shifts of the layers of {@code graph}. */
  List<Shift> measure(OnnxGraph graph) {
    OnnxGraph plain = graph.expanded();
    List<Layer> layers =
        Layer.of(plain).stream()
            .filter(l -> LayerInputs.of(l, plain).isPresent() && isShared(l, plain))
            .toList();
    Map<String, double[]> before = new LinkedHashMap<>();
    Map<String, double[]> after = new LinkedHashMap<>();
    List<String> inReference = new ArrayList<>();
    List<String> inGraph = new ArrayList<>();
    for (Layer layer : layers) {
      inReference.addAll(List.of(referenceInput(layer, plain), layer.output()));
      inGraph.addAll(List.of(layer.input(), layer.output()));
    }
    if (layers.isEmpty()) {
      return List.of();
    }
    sum(reference, inReference, before);
    sum(plain, inGraph, after);
    return layers.stream().map(l -> shift(l, plain, before, after)).toList();
  }

  private void sum(OnnxGraph graph, List<String> values, Map<String, double[]> sums) {
    Activations.visit(
        graph,
        values,
        examples,
        backend,
        (e, tensors) -> {
          for (String value : sums.isEmpty() ? List.copyOf(values) : sums.keySet()) {
            Tensor t = Objects.requireNonNull(tensors.get(value));
            double[] sum = sums.computeIfAbsent(value, v -> new double[t.size()]);
            for (int i = 0; i < sum.length; i++) {
              sum[i] += t.floatAt(i);
            }
          }
        });
  }

  /** Whether the reference has the values of {@code layer}, in the same shapes. */
  private boolean isShared(Layer layer, OnnxGraph graph) {
    String input = referenceInput(layer, graph);
    return !reference.isConstant(input)
        && reference.hasType(input)
        && reference.hasType(layer.output())
        && !reference.isConstant(layer.output())
        && reference.shape(input).equals(graph.shape(layer.input()))
        && reference.shape(layer.output()).equals(graph.shape(layer.output()));
  }

  /** The value that {@code layer} reads before quantizers. */
  private static String referenceInput(Layer layer, OnnxGraph graph) {
    return QuantizerNodes.unquantized(graph, layer.input());
  }

  private Shift shift(
      Layer layer, OnnxGraph graph, Map<String, double[]> before, Map<String, double[]> after) {
    double[] y = Objects.requireNonNull(before.get(layer.output()));
    double[] y2 = Objects.requireNonNull(after.get(layer.output()));
    Shape shape = graph.shape(layer.output());
    int axis =
        layer.kind() == Layer.Kind.CONV
            ? 1
            : layer.operand() == 1 ? shape.rank() - 1 : shape.rank() - 2;
    double[] shift = new double[shape.dim(axis)];
    int inner = shape.sizeOf(axis + 1, shape.rank());
    for (int i = 0; i < y.length; i++) {
      shift[i / inner % shift.length] += y[i] - y2[i];
    }
    double each = (double) y.length / shift.length * examples.count();
    double[] inherited = inherited(layer, graph, before, after);
    for (int c = 0; c < shift.length; c++) {
      shift[c] = shift[c] / each - inherited[c];
    }
    return new Shift(layer.label(), layer.output(), shift);
  }

  /** What a shift of the inputs makes of the mean of each channel. */
  private double[] inherited(
      Layer layer, OnnxGraph graph, Map<String, double[]> before, Map<String, double[]> after) {
    LayerInputs inputs = LayerInputs.of(layer, graph).orElseThrow();
    double[] x = Objects.requireNonNull(before.get(referenceInput(layer, graph)));
    double[] x2 = Objects.requireNonNull(after.get(layer.input()));
    float[] difference = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      difference[i] = (float) ((x[i] - x2[i]) / examples.count());
    }
    double[][] rows = new double[inputs.groups()][inputs.inputs()];
    inputs.visit(
        Tensor.ofFloats(graph.shape(layer.input()), difference),
        0,
        1,
        (g, row) -> {
          for (int k = 0; k < row.length; k++) {
            rows[g][k] += row[k] / inputs.rows();
          }
        });
    Tensor w = graph.constant(layer.weights()).orElseThrow();
    double alpha = layer.kind() == Layer.Kind.GEMM ? Nodes.number(layer.node(), "alpha", 1) : 1;
    double[] inherited = new double[inputs.outputs()];
    for (int o = 0; o < inherited.length; o++) {
      for (int k = 0; k < inputs.inputs(); k++) {
        inherited[o] += alpha * w.floatAt(inputs.weight(o, k)) * rows[inputs.group(o)][k];
      }
    }
    return inherited;
  }
}
