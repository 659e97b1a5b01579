package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How shapes fit since opset 7: by their last axes. Before, attribute {@code axis} said where the
 * axes of the second operand begin, and slopes lay along channels.
 */
final class BroadcastForms {
  private static final int CHANNEL_AXIS = 1;

  private BroadcastForms() {}

  /** Operators with two operands. */
  static List<NodeProto> aligned(NodeProto node, Surroundings graph) {
    NodeProto plain = Nodes.without(Nodes.without(node, "broadcast"), "axis");
    if (Nodes.integer(node, "broadcast", 0) == 0 || Nodes.attribute(node, "axis").isEmpty()) {
      return List.of(plain);
    }
    int rank = graph.type(node.getInput(0)).shape().rank();
    int own = graph.type(node.getInput(1)).shape().rank();
    int axis = (int) Nodes.integer(node, "axis", 0);
    return withAxesBehind(plain, rank - (axis < 0 ? axis + rank : axis) - own, graph);
  }

  /** PRelu. */
  static List<NodeProto> slope(NodeProto node, Surroundings graph) {
    boolean single = graph.type(node.getInput(1)).shape().size() == 1;
    int rank = graph.type(node.getInput(0)).shape().rank();
    return single ? List.of(node) : withAxesBehind(node, rank - CHANNEL_AXIS - 1, graph);
  }

  /** {@code node} with {@code n} axes of one element behind those of its second operand. */
  private static List<NodeProto> withAxesBehind(NodeProto node, int n, Surroundings graph) {
    if (n <= 0) {
      return List.of(node);
    }
    String operand = node.getInput(1);
    Shape shape = graph.type(operand).shape();
    int[] dims = Arrays.copyOf(shape.dims(), shape.rank() + n);
    Arrays.fill(dims, shape.rank(), dims.length, 1);
    Optional<String> constant = graph.reshaped(node, operand, Shape.of(dims));
    if (constant.isPresent()) {
      return List.of(Nodes.withInput(node, 1, constant.get()));
    }
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      axes.add(shape.rank() + i);
    }
    String aligned = graph.fresh(operand + ".aligned");
    NodeProto unsqueeze =
        Nodes.of(
            "Unsqueeze", aligned, List.of(operand), List.of(aligned), Nodes.integers("axes", axes));
    return List.of(unsqueeze, Nodes.withInput(node, 1, aligned));
  }
}
