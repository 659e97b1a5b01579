package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto.AttributeType;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/**
 * If, since 1: the condition must be constant; the branch that it chooses is imported in place of
 * the node.
 */
final class IfImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    GraphProto yes = branch(node, "then_branch");
    GraphProto no = branch(node, "else_branch");
    Tensor condition = node.constant(0, "cond");
    if (condition.dtype() != DType.BOOL || condition.size() != 1) {
      throw new IllegalArgumentException(
          "operand 'cond' is " + condition.type() + ", expected one boolean");
    }
    GraphProto chosen = condition.booleanAt(0) ? yes : no;
    if (chosen.getOutputCount() != node.outputCount()) {
      throw new IllegalArgumentException(
          "a branch has " + chosen.getOutputCount() + " results, the node " + node.outputCount());
    }
    return node.inline(chosen);
  }

  private static GraphProto branch(NodeContext node, String name) {
    return node.attributes()
        .get(name, AttributeType.GRAPH, AttributeProto::getG)
        .orElseThrow(() -> new IllegalArgumentException("attribute '" + name + "' is missing"));
  }
}
