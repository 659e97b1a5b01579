package dev.coppice.compiler.compress.evaluate;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Values inside a model on examples, by taps in the compiled class. */
public final class Activations {
  private Activations() {}

  /** Takes the values of one example. */
  public interface Visitor {
    /** Values by name: those asked for, the model's inputs and outputs. */
    void visit(int example, Map<String, Tensor> values);
  }

  /**
   * Shows {@code visitor} the values of each example, in order.
   *
   * @param names values of {@code graph}
   */
  public static void visit(
      OnnxGraph graph, List<String> names, Examples examples, String backend, Visitor visitor) {
    CompiledModel model = CompiledModel.of(graph, names, backend);
    int ahead = Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < examples.count(); i += ahead) {
      int first = i;
      List<Map<String, Tensor>> values =
          CompiledModel.inParallel(
              Math.min(ahead, examples.count() - first),
              e -> model.run(examples.inputs(first + e)));
      for (int e = 0; e < values.size(); e++) {
        visitor.visit(first + e, values.get(e));
      }
    }
  }
}
