package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Optional;

/**
 * What Relu or Clip keeps its operand between.
 *
 * @param min lower bound, or minus infinity
 * @param max upper bound, or infinity
 */
record Bounds(double min, double max) {
  /** First opset in which bounds are operands. */
  static final int OPERANDS_OPSET = 11;

  /** The bounds of {@code node}; empty if it is another operator or they are not constant. */
  static Optional<Bounds> of(Merging merging, NodeProto node) {
    if (Nodes.is(node, "Relu")) {
      return Optional.of(new Bounds(0, Double.POSITIVE_INFINITY));
    }
    if (!Nodes.is(node, "Clip") || !merging.isFloat(node.getInput(0))) {
      return Optional.empty();
    }
    if (merging.graph().opset() < OPERANDS_OPSET) {
      return Optional.of(
          new Bounds(
              attribute(node, "min", Double.NEGATIVE_INFINITY),
              attribute(node, "max", Double.POSITIVE_INFINITY)));
    }
    Optional<Double> min = operand(merging, node, 1, Double.NEGATIVE_INFINITY);
    Optional<Double> max = operand(merging, node, 2, Double.POSITIVE_INFINITY);
    return min.isEmpty() || max.isEmpty()
        ? Optional.empty()
        : Optional.of(new Bounds(min.get(), max.get()));
  }

  private static double attribute(NodeProto node, String name, double absent) {
    return Nodes.attribute(node, name)
        .map(AttributeProto::getF)
        .map(Float::doubleValue)
        .orElse(absent);
  }

  private static Optional<Double> operand(Merging merging, NodeProto node, int i, double absent) {
    Optional<String> name = Nodes.input(node, i);
    if (name.isEmpty()) {
      return Optional.of(absent);
    }
    Optional<Tensor> bound = merging.floats(name.get()).filter(t -> t.size() == 1);
    return bound.map(t -> t.doubleAt(0));
  }
}
