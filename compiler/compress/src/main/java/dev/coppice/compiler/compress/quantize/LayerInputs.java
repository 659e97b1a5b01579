package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * A layer as a matrix product: each output is the dot product of a row of inputs with the weights
 * of an output channel. Rows of a convolution are the windows of one of its groups of channels.
 *
 * @param x shape of the input
 * @param windows how a convolution's windows lie; empty for matrix products
 * @param groups groups of output channels, each with rows of its own
 * @param outputs output channels of all groups
 * @param inputs elements of a row
 * @param weightStride distance of the weights of a channel; 1, or {@code outputs} if the channels
 *     lie side by side
 * @param rows rows of one example, in each group
 * @param rowStride distance of the first elements of rows that lie side by side in the input
 * @param inputStride distance of the elements of a row of a matrix product in the input
 */
record LayerInputs(
    Shape x,
    Optional<ConvWindows> windows,
    int groups,
    int outputs,
    int inputs,
    int weightStride,
    int rows,
    int rowStride,
    int inputStride) {

  /** Takes rows; the array is used again for the next. */
  interface Visitor {
    void row(int group, float[] row);
  }

  /**
   * The rows of {@code layer}; empty for layers that are no such product: transposed convolutions,
   * recurrent layers, products with stacks of matrices.
   */
  static Optional<LayerInputs> of(Layer layer, OnnxGraph graph) {
    Shape x = graph.shape(layer.input());
    Shape w = graph.shape(layer.weights());
    return switch (layer.kind()) {
      case CONV -> {
        ConvWindows windows = ConvWindows.of(layer.node(), x, w);
        int inputs = w.size() / Math.max(1, w.dim(0));
        yield Optional.of(
            new LayerInputs(
                x,
                Optional.of(windows),
                layer.groups(),
                w.dim(0),
                inputs,
                1,
                windows.count(),
                1,
                1));
      }
      case GEMM -> {
        boolean transposed =
            Nodes.integer(layer.node(), layer.operand() == 1 ? "transA" : "transB", 0) != 0;
        yield product(layer, x, w, transposed == (layer.operand() == 1));
      }
      case MATMUL ->
          w.rank() == 2 && x.rank() > 1
              ? product(layer, x, w, layer.operand() == 0)
              : Optional.empty();
      case CONV_TRANSPOSE, RECURRENT -> Optional.empty();
    };
  }

  private static Optional<LayerInputs> product(Layer layer, Shape x, Shape w, boolean columns) {
    int outputs = w.dim(layer.outAxis());
    int inputs = w.dim(layer.inAxis());
    int weightStride = layer.outAxis() == 0 ? 1 : outputs;
    int rows = x.size() / Math.max(1, inputs);
    int side = columns ? x.dim(x.rank() - 1) : 1;
    return Optional.of(
        new LayerInputs(
            x, Optional.empty(), 1, outputs, inputs, weightStride, rows, side, columns ? side : 1));
  }

  /** The place of the weight that channel {@code output} multiplies element {@code input} with. */
  int weight(int output, int input) {
    return weightStride == 1 ? output * inputs + input : input * weightStride + output;
  }

  /** The group of channel {@code output}. */
  int group(int output) {
    return output / Math.max(1, outputs / groups);
  }

  /** Shows each {@code every}-th row of example {@code values}, from row {@code from}. */
  void visit(Tensor values, int from, int every, Visitor visitor) {
    float[] row = new float[inputs];
    for (int r = from; r < rows; r += every) {
      for (int g = 0; g < groups; g++) {
        if (windows.isPresent()) {
          windows.get().read(values, r, g, row);
        } else {
          int first =
              inputStride == 1 ? r * inputs : r / rowStride * inputs * rowStride + r % rowStride;
          for (int k = 0; k < inputs; k++) {
            row[k] = values.floatAt(first + k * inputStride);
          }
        }
        visitor.row(g, row);
      }
    }
  }
}
