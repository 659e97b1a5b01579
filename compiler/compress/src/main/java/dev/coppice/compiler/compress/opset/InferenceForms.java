package dev.coppice.compiler.compress.opset;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import java.util.List;

/** Results that only training has, or that changed with it. */
final class InferenceForms {
  private InferenceForms() {}

  /** BatchNormalization: without training there is one result. */
  static List<NodeProto> oneResult(NodeProto node, Surroundings graph) {
    return List.of(node.toBuilder().clearOutput().addOutput(node.getOutput(0)).build());
  }

  /** BatchNormalization: statistics are per channel, which could be chosen before. */
  static List<NodeProto> spatial(NodeProto node, Surroundings graph) {
    return oneResult(Nodes.without(node, "spatial"), graph);
  }

  /** Dropout: the mask is boolean, before it had the type of the operand. */
  static List<NodeProto> booleanMask(NodeProto node, Surroundings graph) {
    if (node.getOutputCount() < 2 || node.getOutput(1).isEmpty()) {
      return List.of(node);
    }
    String mask = node.getOutput(1);
    String bool = graph.fresh(mask + ".bool");
    NodeProto cast =
        Nodes.of(
            "Cast",
            bool,
            List.of(bool),
            List.of(mask),
            Nodes.integer("to", graph.type(node.getInput(0)).dtype().onnxCode()));
    return List.of(node.toBuilder().setOutput(1, bool).build(), cast);
  }
}
