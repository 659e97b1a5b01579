package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;

/** Graphs as classes of portable Java. */
public final class Compiled {
  private Compiled() {}

  /** The class of {@code graph}. */
  public static CompiledModel of(OnnxGraph graph) {
    return CompiledModel.of(graph, List.of(), "portable");
  }

  /** What it gives. */
  public static List<Tensor> outputs(OnnxGraph graph, List<Tensor> inputs) {
    return of(graph).outputs(inputs);
  }

  /** How many bytes its weights take beside it. */
  public static long bytes(OnnxGraph graph) {
    return of(graph).resourceBytes();
  }
}
