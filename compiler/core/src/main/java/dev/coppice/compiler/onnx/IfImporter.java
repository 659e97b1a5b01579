package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.op.If;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * If, since 1: the branch that a constant condition chooses is imported in place of the node; when
 * the condition is known only at run time, both branches are compiled.
 */
final class IfImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    GraphProto yes = branch(node, "then_branch");
    GraphProto no = branch(node, "else_branch");
    TensorType condition = node.type(0);
    if (condition.dtype() != DType.BOOL || condition.shape().size() != 1) {
      throw new IllegalArgumentException(
          "operand 'cond' is " + condition + ", expected one boolean");
    }
    if (node.constant(0).isPresent()) {
      return node.inline(node.constant(0, "cond").booleanAt(0) ? yes : no, List.of());
    }
    Subgraphs.Body then = node.body(yes, inner -> List.of());
    Subgraphs.Body otherwise = node.body(no, inner -> List.of());
    List<Value> operands = new ArrayList<>(List.of(node.input(0)));
    operands.addAll(then.captures());
    operands.addAll(otherwise.captures());
    if (!then.results().equals(otherwise.results())) {
      throw node.notConstant(
          "operand 'cond' of branches that give " + then.results() + " and " + otherwise.results(),
          node.input(0));
    }
    List<Value> tensors = node.emit(new If(then.graph(), otherwise.graph()), operands);
    return node.assemble(then.results(), tensors);
  }

  private static GraphProto branch(NodeContext node, String name) {
    GraphProto branch = node.graph(name);
    if (branch.getOutputCount() != node.outputCount()) {
      throw new IllegalArgumentException(
          "a branch has " + branch.getOutputCount() + " results, the node " + node.outputCount());
    }
    return branch;
  }
}
