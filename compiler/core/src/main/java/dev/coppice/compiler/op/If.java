package dev.coppice.compiler.op;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Region;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * One of two graphs, chosen at run time. Operands: the condition, one boolean; the inputs of {@code
 * then}; the inputs of {@code otherwise}. Results: the outputs of the graph chosen; both have the
 * same types. ONNX If, since 1.
 *
 * @param then computes the results when the condition holds
 * @param otherwise computes them when it does not
 */
public record If(Graph then, Graph otherwise) implements Region {
  @Override
  public List<Graph> bodies() {
    return List.of(then, otherwise);
  }

  @Override
  public If with(List<Graph> bodies) {
    return new If(bodies.get(0), bodies.get(1));
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    if (inputs.size() != 1 + then.inputs().size() + otherwise.inputs().size()) {
      throw new IllegalArgumentException("If has " + inputs.size() + " operands");
    }
    Operands.oneBoolean(inputs.get(0), "cond");
    int split = 1 + then.inputs().size();
    Region.checkInputs(then, 0, inputs.subList(1, split));
    Region.checkInputs(otherwise, 0, inputs.subList(split, inputs.size()));
    List<TensorType> types = Region.outputTypes(then);
    if (!types.equals(Region.outputTypes(otherwise))) {
      throw new IllegalArgumentException(
          "the branches give " + types + " and " + Region.outputTypes(otherwise));
    }
    return types;
  }

  @Override
  public List<Tensor> evaluate(List<Tensor> inputs) {
    int split = 1 + then.inputs().size();
    return inputs.get(0).booleanAt(0)
        ? Region.evaluate(then, inputs.subList(1, split))
        : Region.evaluate(otherwise, inputs.subList(split, inputs.size()));
  }

  @Override
  public long macs(List<TensorType> inputs) {
    return Math.max(macs(then), macs(otherwise));
  }

  /** Multiply-accumulate operations of one run of {@code body}. */
  static long macs(Graph body) {
    return body.nodes().stream().mapToLong(n -> n.op().macs(n.inputTypes())).sum();
  }
}
