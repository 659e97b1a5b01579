package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.pass.Equivalence;
import dev.coppice.compiler.pass.Pass;
import dev.coppice.compiler.pass.PassContext;

/**
 * Drops nodes and constants that no output depends on.
 *
 * <pre>
 * t = Exp(x); y = Relu(x) -&gt; (y)
 * y = Relu(x) -&gt; (y)
 * </pre>
 *
 * Inputs stay: they are the signature of the generated class.
 */
public final class RemoveDeadCode implements Pass {
  @Override
  public String name() {
    return "remove-dead-code";
  }

  @Override
  public Equivalence equivalence() {
    return Equivalence.EXACT;
  }

  @Override
  public Graph run(Graph graph, PassContext context) {
    Graph live = new GraphPatch(graph).applyAs(name());
    return live.nodes().size() == graph.nodes().size()
            && live.constants().size() == graph.constants().size()
        ? graph
        : live;
  }
}
