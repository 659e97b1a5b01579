package dev.coppice.compiler.ir;

import dev.coppice.compiler.loop.Kernel;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * An operator whose results are computed by graphs of its own: a branch or a loop. It has no
 * kernel, lowering walks into its bodies. A body sees nothing of the graph around it but what the
 * region passes to its inputs.
 */
public interface Region extends Op {
  /** The graphs, in the order of the record's components. */
  List<Graph> bodies();

  /** This region with other bodies, which have the same inputs and outputs. */
  Region with(List<Graph> bodies);

  @Override
  default Kernel lower(KernelBuilder k) {
    throw new IllegalStateException("compiler bug: " + name() + " has no kernel of its own");
  }

  /** Types of the outputs of {@code body}. */
  static List<TensorType> outputTypes(Graph body) {
    return body.outputs().stream().map(o -> o.value().type()).toList();
  }

  /**
   * Checks that {@code operands} are what the inputs of {@code body} from {@code first} on expect.
   *
   * @throws IllegalArgumentException naming the input
   */
  static void checkInputs(Graph body, int first, List<TensorType> operands) {
    if (body.inputs().size() != first + operands.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "body '%s' has %d inputs, %d are given",
              body.name(),
              body.inputs().size(),
              first + operands.size()));
    }
    for (int i = 0; i < operands.size(); i++) {
      Value input = body.inputs().get(first + i);
      if (!input.type().equals(operands.get(i))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "input '%s' of body '%s' is %s, given is %s",
                input.name(),
                body.name(),
                input.type(),
                operands.get(i)));
      }
    }
  }

  /** The outputs of {@code body} for these inputs, by {@link Op#evaluate} of each node. */
  static List<Tensor> evaluate(Graph body, List<Tensor> inputs) {
    Map<Value, Tensor> values = new HashMap<>(body.constants());
    for (int i = 0; i < inputs.size(); i++) {
      values.put(body.inputs().get(i), inputs.get(i));
    }
    for (Node node : body.nodes()) {
      List<Tensor> operands = new ArrayList<>();
      node.inputs().forEach(v -> operands.add(values.get(v)));
      List<Tensor> results = node.op().evaluate(operands);
      for (int j = 0; j < results.size(); j++) {
        values.put(node.outputs().get(j), results.get(j));
      }
    }
    return body.outputs().stream().map(o -> values.get(o.value())).toList();
  }
}
