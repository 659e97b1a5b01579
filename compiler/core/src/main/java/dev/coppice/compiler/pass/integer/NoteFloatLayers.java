package dev.coppice.compiler.pass.integer;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Requantize;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.Pass;
import dev.coppice.compiler.pass.PassContext;

/**
 * Leaves the graph alone; tells the user which layers between quantizers {@link IntegerLayer} left
 * in float, and why.
 */
public final class NoteFloatLayers implements Pass {
  @Override
  public String name() {
    return "note-float-layers";
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Graph run(Graph graph, PassContext context) {
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Requantize op) {
        QuantizedLayer.before(graph, node, op)
            .ifPresent(
                layer ->
                    IntegerLayer.obstacle(graph, layer)
                        .ifPresent(
                            why ->
                                context
                                    .diagnostics()
                                    .report(
                                        DiagnosticCode.LAYER_KEPT_IN_FLOAT,
                                        layer.sums().ref(),
                                        why)));
      }
    }
    return graph;
  }
}
