package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.evaluate.Activations;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.criteria.ActivationSource;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Graphs run by the reference interpreter, which needs no compiler and is exact. */
public final class Interpreted {
  private Interpreted() {}

  /** The outputs of {@code graph}. */
  public static List<Tensor> run(OnnxGraph graph, List<Tensor> inputs) {
    return new ReferenceInterpreter(imported(graph, List.of())).run(inputs);
  }

  /** Values of {@code graph} on examples. */
  public static ActivationSource source(OnnxGraph graph, Examples examples) {
    return new ActivationSource() {
      @Override
      public int count() {
        return examples.count();
      }

      @Override
      public void visit(List<String> names, Activations.Visitor visitor) {
        Interpreted.visit(graph, names, examples, visitor);
      }
    };
  }

  private static void visit(
      OnnxGraph graph, List<String> names, Examples examples, Activations.Visitor visitor) {
    List<String> computed =
        names.stream()
            .filter(n -> graph.producer(n).isPresent() && !graph.isOutput(n))
            .distinct()
            .toList();
    Graph tapped = imported(graph, computed);
    ReferenceInterpreter interpreter = new ReferenceInterpreter(tapped);
    for (int i = 0; i < examples.count(); i++) {
      List<Tensor> results = interpreter.run(examples.inputs(i));
      Map<String, Tensor> values = new LinkedHashMap<>();
      for (int o = 0; o < results.size(); o++) {
        values.put(tapped.outputs().get(o).name(), results.get(o));
      }
      for (int j = 0; j < graph.inputs().size(); j++) {
        values.putIfAbsent(graph.inputs().get(j), examples.inputs(i).get(j));
      }
      visitor.visit(i, values);
    }
  }

  /** {@code graph} as the compiler sees it. */
  public static Graph imported(OnnxGraph graph, List<String> taps) {
    return OnnxImporter.importModel(graph.toProto(taps), graph.options(), new DiagnosticSink());
  }
}
