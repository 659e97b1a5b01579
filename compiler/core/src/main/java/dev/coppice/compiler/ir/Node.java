package dev.coppice.compiler.ir;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * One application of an operator.
 *
 * @param name unique in its graph
 * @param op what it computes
 * @param inputs operands, all present
 * @param outputs results, all named even if unused
 * @param origin the ONNX nodes it stems from
 */
public record Node(String name, Op op, List<Value> inputs, List<Value> outputs, Origin origin) {
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Operand {@code i}. */
  public Value input(int i) {
    return inputs.get(i);
  }

  /** The first result. */
  public Value output() {
    return outputs.get(0);
  }

  /** Types of the operands. */
  public List<TensorType> inputTypes() {
    return inputs.stream().map(Value::type).toList();
  }

  /** Types of the results. */
  public List<TensorType> outputTypes() {
    return outputs.stream().map(Value::type).toList();
  }

  /** Where a diagnostic about this node points: the ONNX node's name where there is one. */
  public SourceRef ref() {
    return SourceRef.node(origin.nodes().isEmpty() ? name : origin.nodes().get(0), op.name());
  }
}
