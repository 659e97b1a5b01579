package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/** Operators that work along other axes than before. */
final class AxisForms {
  private AxisForms() {}

  /**
   * Softmax, LogSoftmax and Hardmax: along one axis. Before, all axes from {@code axis} on, 1 where
   * it is absent, were one.
   */
  static List<NodeProto> normalized(NodeProto node, Surroundings graph) {
    Shape x = graph.type(node.getInput(0)).shape();
    int axis = (int) Nodes.integer(node, "axis", 1);
    int from = axis < 0 ? axis + x.rank() : axis;
    boolean last = from == x.rank() - 1;
    if (last || !graph.hasChosenSizes() && x.sizeOf(from + 1, x.rank()) == 1) {
      return List.of(Nodes.with(node, Nodes.integer("axis", last ? -1 : from)));
    }
    String y = node.getOutput(0);
    String shape = graph.fresh(y + ".shape");
    String flat = graph.fresh(y + ".flat");
    String normalized = graph.fresh(y + ".normalized");
    List<String> input = node.getInputList();
    NodeProto along =
        Nodes.with(node, Nodes.integer("axis", -1)).toBuilder()
            .setInput(0, flat)
            .setOutput(0, normalized)
            .build();
    return List.of(
        Nodes.of("Shape", shape, input, List.of(shape)),
        Nodes.of("Flatten", flat, input, List.of(flat), Nodes.integer("axis", from)),
        along,
        Nodes.of("Reshape", "", List.of(normalized, shape), List.of(y)));
  }

  /** GroupNormalization: scale and shift are per channel, before they were per group. */
  static List<NodeProto> scalePerChannel(NodeProto node, Surroundings graph) {
    int channels = graph.type(node.getInput(0)).shape().dim(1);
    NodeProto changed = node;
    for (int i = 1; i <= 2; i++) {
      String name = node.getInput(i);
      Tensor groups =
          graph
              .constant(name)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "'" + name + "' has a value per group and is not constant"));
      int each = channels / groups.size();
      Tensor all = groups.gather(Shape.of(channels), c -> c / each);
      changed = Nodes.withInput(changed, i, graph.constant(node, i == 1 ? "scale" : "bias", all));
    }
    return List.of(changed);
  }
}
