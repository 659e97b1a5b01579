package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a convolution {@code [O, I, kernel...]} of one group lies on its input, so that parts of its
 * window can be given to other convolutions.
 *
 * @param weights shape of the weights
 * @param in shape of the input
 * @param out shape of the output
 * @param strides one per spatial axis
 * @param dilations one per spatial axis
 * @param pads before each spatial axis, then behind each
 */
record ConvGeometry(
    Shape weights,
    Shape in,
    Shape out,
    List<Integer> strides,
    List<Integer> dilations,
    List<Integer> pads) {

  /** The geometry of the convolution {@code layer}. */
  static ConvGeometry of(Layer layer, OnnxGraph graph) {
    NodeProto node = layer.node();
    Shape weights = graph.shape(layer.weights());
    Shape in = graph.shape(layer.input());
    Shape out = graph.shape(layer.output());
    int n = weights.rank() - 2;
    List<Integer> strides = given(node, "strides", n, 1);
    List<Integer> dilations = given(node, "dilations", n, 1);
    List<Integer> pads = new ArrayList<>(given(node, "pads", 2 * n, 0));
    String auto = Nodes.text(node, "auto_pad", "NOTSET");
    for (int s = 0; s < n && auto.startsWith("SAME"); s++) {
      int window = (weights.dim(s + 2) - 1) * dilations.get(s) + 1;
      int total = Math.max(0, (out.dim(s + 2) - 1) * strides.get(s) + window - in.dim(s + 2));
      int less = total / 2;
      pads.set(s, auto.equals("SAME_UPPER") ? less : total - less);
      pads.set(s + n, auto.equals("SAME_UPPER") ? total - less : less);
    }
    return new ConvGeometry(weights, in, out, strides, dilations, List.copyOf(pads));
  }

  private static List<Integer> given(NodeProto node, String attribute, int count, int absent) {
    List<Integer> values = Nodes.integers(node, attribute);
    return values.isEmpty() ? Collections.nCopies(count, absent) : values;
  }

  /** Number of spatial axes. */
  int axes() {
    return weights.rank() - 2;
  }

  int outputs() {
    return weights.dim(0);
  }

  int inputs() {
    return weights.dim(1);
  }

  /** Elements of a filter of one input channel. */
  int kernel() {
    return weights.sizeOf(2, weights.rank());
  }

  /**
   * Places of a channel of all examples once the first {@code done} axes went over to the output.
   */
  long positions(int done) {
    long positions = in.dim(0);
    for (int s = 0; s < axes(); s++) {
      positions *= (s < done ? out : in).dim(s + 2);
    }
    return positions;
  }

  /** Multiply-adds, parameters and number of the layer as it is. */
  FactorCost dense() {
    return new FactorCost(positions(axes()) * weights.size(), weights.size(), 1);
  }

  /** Attributes of a convolution that sees one place. */
  List<AttributeProto> pointwise() {
    return List.of(Nodes.integers("kernel_shape", Collections.nCopies(axes(), 1)));
  }

  /** Attributes of a convolution with the whole window. */
  List<AttributeProto> window() {
    return window(0, axes(), 1);
  }

  /** Attributes of a depthwise convolution of the input with the whole window. */
  List<AttributeProto> depthwise() {
    return window(0, axes(), inputs());
  }

  /**
   * Attributes of a convolution of {@code groups} groups with the window along one spatial axis.
   */
  List<AttributeProto> along(int axis, int groups) {
    return window(axis, axis + 1, groups);
  }

  private List<AttributeProto> window(int from, int to, int groups) {
    int n = axes();
    List<Integer> kernel = new ArrayList<>(Collections.nCopies(n, 1));
    List<Integer> steps = new ArrayList<>(kernel);
    List<Integer> spread = new ArrayList<>(kernel);
    List<Integer> border = new ArrayList<>(Collections.nCopies(2 * n, 0));
    for (int s = from; s < to; s++) {
      kernel.set(s, weights.dim(s + 2));
      steps.set(s, strides.get(s));
      spread.set(s, dilations.get(s));
      border.set(s, pads.get(s));
      border.set(s + n, pads.get(s + n));
    }
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(Nodes.integers("kernel_shape", kernel));
    attributes.add(Nodes.integers("strides", steps));
    attributes.add(Nodes.integers("dilations", spread));
    attributes.add(Nodes.integers("pads", border));
    if (groups > 1) {
      attributes.add(Nodes.integer("group", groups));
    }
    return attributes;
  }
}
