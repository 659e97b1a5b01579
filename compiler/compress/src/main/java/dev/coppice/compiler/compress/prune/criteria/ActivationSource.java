package dev.coppice.compiler.compress.prune.criteria;

import dev.coppice.compiler.compress.evaluate.Activations;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Where criteria that look at data see the values of the calibration examples. */
public interface ActivationSource {
  /** No examples, for criteria that need none. */
  ActivationSource NONE = of(List.of());

  /** The number of examples. */
  int count();

  /** Shows {@code visitor} these values of the graph for each example, in order. */
  void visit(List<String> values, Activations.Visitor visitor);

  /** Values of {@code graph} on {@code examples}, by its compiled class. */
  static ActivationSource of(OnnxGraph graph, Examples examples, String backend) {
    return new ActivationSource() {
      @Override
      public int count() {
        return examples.count();
      }

      @Override
      public void visit(List<String> values, Activations.Visitor visitor) {
        Activations.visit(graph, values, examples, backend, visitor);
      }
    };
  }

  private static ActivationSource of(List<Map<String, Tensor>> examples) {
    return new ActivationSource() {
      @Override
      public int count() {
        return examples.size();
      }

      @Override
      public void visit(List<String> values, Activations.Visitor visitor) {
        for (int i = 0; i < examples.size(); i++) {
          visitor.visit(i, examples.get(i));
        }
      }
    };
  }
}
