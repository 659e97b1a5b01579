package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A layer as a linear map from rows of its input to rows of its output: each output position of
 * each group is a product of a matrix {@code [outputs, inputs]} with what it sees of the input. A
 * row of a convolution is a patch, in the order of its weights: input channel, then kernel.
 */
public final class LayerGeometry {
  private final Layer layer;
  private final Shape in;
  private final Shape out;
  private final Shape weights;
  private final int[] kernel;
  private final int[] strides;
  private final int[] dilations;
  private final int[] pads;

  private LayerGeometry(Layer layer, OnnxGraph graph, int[] kernel, int[] pads) {
    this.layer = layer;
    this.in = graph.shape(layer.input());
    this.out = graph.shape(layer.output());
    this.weights = graph.shape(layer.weights());
    this.kernel = kernel;
    this.strides = ints(layer, "strides", kernel.length);
    this.dilations = ints(layer, "dilations", kernel.length);
    this.pads = pads;
  }

  /** The geometry of {@code layer}; empty if it is none of these or pads are not known. */
  public static Optional<LayerGeometry> of(Layer layer, OnnxGraph graph) {
    Shape w = graph.shape(layer.weights());
    boolean plain =
        switch (layer.kind()) {
          case CONV ->
              Nodes.text(layer.node(), "auto_pad", "NOTSET").matches("NOTSET|VALID")
                  && w.rank() > 2;
          case GEMM ->
              layer.operand() == 1
                  && Nodes.integer(layer.node(), "transA", 0) == 0
                  && Nodes.number(layer.node(), "alpha", 1) == 1
                  && Nodes.number(layer.node(), "beta", 1) == 1;
          case MATMUL -> layer.operand() == 1 && w.rank() == 2;
          default -> false;
        };
    if (!plain) {
      return Optional.empty();
    }
    boolean conv = layer.kind() == Layer.Kind.CONV;
    int[] kernel = conv ? Arrays.copyOfRange(w.dims(), 2, w.rank()) : new int[0];
    List<Integer> given = Nodes.integers(layer.node(), "pads");
    int[] pads =
        given.isEmpty()
            ? new int[2 * kernel.length]
            : given.stream().mapToInt(Integer::intValue).toArray();
    return Optional.of(new LayerGeometry(layer, graph, kernel, pads));
  }

  private static int[] ints(Layer layer, String attribute, int rank) {
    List<Integer> given = Nodes.integers(layer.node(), attribute);
    int[] values = new int[rank];
    Arrays.fill(values, 1);
    for (int i = 0; i < Math.min(rank, given.size()); i++) {
      values[i] = given.get(i);
    }
    return values;
  }

  /** Groups, each with a matrix of its own. */
  public int groups() {
    return layer.groups();
  }

  /** Columns of the matrix of a group. */
  public int inputs() {
    return isConv() ? weights.sizeOf(1, weights.rank()) : weights.dim(layer.inAxis());
  }

  /** Rows of the matrix of a group. */
  public int outputs() {
    return weights.dim(layer.outAxis()) / groups();
  }

  /** Columns that belong to one input channel. */
  public int perChannel() {
    return isConv() ? weights.sizeOf(2, weights.rank()) : 1;
  }

  /** Output positions of one example. */
  public int positions() {
    return out.size() / (outputs() * groups());
  }

  private boolean isConv() {
    return layer.kind() == Layer.Kind.CONV;
  }

  /** Writes what output position {@code position} of {@code group} sees into {@code row}. */
  public void row(float[] input, int group, int position, float[] row) {
    if (!isConv()) {
      System.arraycopy(input, position * row.length, row, 0, row.length);
      return;
    }
    int rank = kernel.length;
    int[] at = new int[rank];
    int rest = position;
    for (int d = rank - 1; d >= 0; d--) {
      at[d] = rest % out.dim(d + 2) * strides[d] - pads[d];
      rest /= out.dim(d + 2);
    }
    int plane = in.sizeOf(2, in.rank());
    int taps = perChannel();
    int channels = row.length / taps;
    int base = (rest * in.dim(1) + group * channels) * plane;
    for (int t = 0; t < taps; t++) {
      int offset = 0;
      boolean inside = true;
      int tap = t;
      int scale = 1;
      for (int d = rank - 1; d >= 0; d--) {
        int i = at[d] + tap % kernel[d] * dilations[d];
        tap /= kernel[d];
        inside &= i >= 0 && i < in.dim(d + 2);
        offset += i * scale;
        scale *= in.dim(d + 2);
      }
      for (int c = 0; c < channels; c++) {
        row[c * taps + t] = inside ? input[base + c * plane + offset] : 0;
      }
    }
  }

  /**
   * Where in the output the element of {@code position} and output channel {@code channel} is.
   *
   * @param channels output channels of the tensor, which may be the original's
   */
  public int place(int position, int channel, int channels) {
    if (!isConv()) {
      return position * channels + channel;
    }
    int plane = out.sizeOf(2, out.rank());
    return (position / plane * channels + channel) * plane + position % plane;
  }

  /** The matrix of {@code group} in {@code w}: {@code [outputs][inputs]}. */
  public double[][] matrix(Tensor w, int group) {
    double[][] matrix = new double[outputs()][inputs()];
    for (int o = 0; o < matrix.length; o++) {
      for (int i = 0; i < matrix[o].length; i++) {
        matrix[o][i] = w.doubleAt(index(group, o, i));
      }
    }
    return matrix;
  }

  /** Where in the weights an element of the matrix of {@code group} is. */
  public int index(int group, int o, int i) {
    if (isConv()) {
      return (group * outputs() + o) * inputs() + i;
    }
    int[] s = weights.strides();
    return o * s[layer.outAxis()] + i * s[layer.inAxis()];
  }

  /**
   * Output positions of one example to look at: all, or {@code most} of them, evenly and seeded.
   */
  public int[] sampled(int most, long seed) {
    int all = positions();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < all; i++) {
      order.add(i);
    }
    if (all > most) {
      Collections.shuffle(order, new Random(seed));
    }
    return order.stream().limit(most).mapToInt(Integer::intValue).toArray();
  }
}
