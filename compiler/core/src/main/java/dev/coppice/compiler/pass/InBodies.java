package dev.coppice.compiler.pass;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.ir.Region;
import java.util.ArrayList;
import java.util.List;

/** Runs passes in the bodies of branches and loops, innermost first. */
public final class InBodies implements Pass {
  private final List<Pass> passes;

  /** A pass that runs {@code passes} in each body. */
  public InBodies(List<Pass> passes) {
    this.passes = List.copyOf(passes);
  }

  @Override
  public String name() {
    return "in-bodies";
  }

  @Override
  public Equivalence equivalence() {
    return passes.stream().map(Pass::equivalence).reduce(Equivalence.EXACT, Equivalence::and);
  }

  @Override
  public Graph run(Graph graph, PassContext context) {
    GraphPatch patch = new GraphPatch(graph);
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Region region) {
        List<Graph> bodies = new ArrayList<>();
        for (Graph body : region.bodies()) {
          Graph next = run(body, context);
          for (Pass pass : passes) {
            next = context.mayPatch() ? pass.run(next, context) : next;
          }
          bodies.add(next);
        }
        if (!bodies.equals(region.bodies())) {
          Node changed = patch.node(node.name(), region.with(bodies), node.inputs(), node.origin());
          for (int i = 0; i < node.outputs().size(); i++) {
            patch.replace(node.outputs().get(i), changed.outputs().get(i));
          }
        }
      }
    }
    return patch.isEmpty() ? graph : patch.apply();
  }
}
