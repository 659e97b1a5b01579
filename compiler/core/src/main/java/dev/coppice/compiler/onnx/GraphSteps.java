package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/**
 * Puts what belongs to no time step into the graph.
 *
 * @param node where it goes
 */
record GraphSteps(NodeContext node) implements Steps {
  @Override
  public List<Value> emit(Op op, List<Value> operands) {
    return node.emit(op, operands);
  }

  @Override
  public Value constant(Tensor data) {
    return node.constant(data);
  }

  @Override
  public Value outer(Value value) {
    return value;
  }

  @Override
  public DType dtype() {
    return node.type(0).dtype();
  }
}
