package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/** Attributes that became operands. */
final class OperandForms {
  private OperandForms() {}

  /** Squeeze, Unsqueeze and reductions: {@code axes} is operand 1. */
  static List<NodeProto> axes(NodeProto node, Surroundings graph) {
    return List.of(integers(node, "axes", 1, graph));
  }

  /** Split: {@code split} is operand 1. */
  static List<NodeProto> sizes(NodeProto node, Surroundings graph) {
    return List.of(integers(node, "split", 1, graph));
  }

  /** Split: without sizes the number of parts is said. */
  static List<NodeProto> parts(NodeProto node, Surroundings graph) {
    return List.of(
        Nodes.input(node, 1).isPresent()
            ? node
            : Nodes.with(node, Nodes.integer("num_outputs", node.getOutputCount())));
  }

  /** Slice: {@code starts}, {@code ends} and {@code axes} are operands 1 to 3. */
  static List<NodeProto> slice(NodeProto node, Surroundings graph) {
    NodeProto with = integers(integers(node, "starts", 1, graph), "ends", 2, graph);
    return List.of(integers(with, "axes", 3, graph));
  }

  /** TopK: {@code k} is operand 1. */
  static List<NodeProto> count(NodeProto node, Surroundings graph) {
    Tensor k = Tensor.ofLongs(Shape.of(1), Nodes.integer(node, "k", 0));
    return List.of(Nodes.withInput(Nodes.without(node, "k"), 1, graph.constant(node, "k", k)));
  }

  /** Upsample: {@code scales} is operand 1. */
  static List<NodeProto> scales(NodeProto node, Surroundings graph) {
    List<Float> scales =
        Nodes.attribute(node, "scales").map(AttributeProto::getFloatsList).orElse(List.of());
    TensorType type = TensorType.of(DType.FLOAT32, scales.size());
    String constant = graph.constant(node, "scales", Tensor.fromDoubles(type, scales::get));
    return List.of(Nodes.withInput(Nodes.without(node, "scales"), 1, constant));
  }

  /** Clip: {@code min} and {@code max} are operands 1 and 2. */
  static List<NodeProto> bounds(NodeProto node, Surroundings graph) {
    return List.of(scalar(scalar(node, "min", 1, graph), "max", 2, graph));
  }

  /** Pad: {@code pads} and {@code value} are operands 1 and 2. */
  static List<NodeProto> pads(NodeProto node, Surroundings graph) {
    return List.of(scalar(integers(node, "pads", 1, graph), "value", 2, graph));
  }

  /** Dropout: {@code ratio} is operand 1, of float32. */
  static List<NodeProto> ratio(NodeProto node, Surroundings graph) {
    Optional<AttributeProto> ratio = Nodes.attribute(node, "ratio");
    return List.of(
        ratio.isEmpty()
            ? node
            : Nodes.withInput(
                Nodes.without(node, "ratio"),
                1,
                graph.constant(node, "ratio", Tensor.scalar(ratio.get().getF()))));
  }

  /** DFT: {@code axis}, before 1 where it is absent, is operand 2. */
  static List<NodeProto> fourierAxis(NodeProto node, Surroundings graph) {
    Tensor axis = Tensor.ofLongs(Shape.SCALAR, Nodes.integer(node, "axis", 1));
    return List.of(
        Nodes.withInput(Nodes.without(node, "axis"), 2, graph.constant(node, "axis", axis)));
  }

  private static NodeProto integers(NodeProto node, String name, int operand, Surroundings graph) {
    Optional<AttributeProto> attribute = Nodes.attribute(node, name);
    if (attribute.isEmpty()) {
      return node;
    }
    List<Long> values = attribute.get().getIntsList();
    long[] longs = values.stream().mapToLong(Long::longValue).toArray();
    String constant = graph.constant(node, name, Tensor.ofLongs(Shape.of(longs.length), longs));
    return Nodes.withInput(Nodes.without(node, name), operand, constant);
  }

  /** The float attribute {@code name} as an operand of the type of operand 0. */
  private static NodeProto scalar(NodeProto node, String name, int operand, Surroundings graph) {
    Optional<AttributeProto> attribute = Nodes.attribute(node, name);
    if (attribute.isEmpty()) {
      return node;
    }
    DType dtype = graph.type(node.getInput(0)).dtype();
    double value = attribute.get().getF();
    Tensor data = Tensor.fromDoubles(new TensorType(dtype, Shape.SCALAR), i -> value);
    return Nodes.withInput(Nodes.without(node, name), operand, graph.constant(node, name, data));
  }
}
