package dev.coppice.compiler.pass;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Node;
import java.util.List;
import java.util.Optional;

/**
 * Applies rules wherever they match until none does. Sweeps over the nodes in topological order;
 * the number of sweeps is bounded, since two rules that undo each other would never end.
 */
public final class RewritePass implements Pass {
  private static final int MAX_SWEEPS = 50;

  private final String name;
  private final List<RewriteRule<?>> rules;

  /**
   * A pass called {@code name}.
   *
   * @param rules tried in this order at each node
   */
  public RewritePass(String name, RewriteRule<?>... rules) {
    this.name = name;
    this.rules = List.of(rules);
  }

  @Override
  public String name() {
    return name;
  }

  /** The weakest of the rules. */
  @Override
  public Equivalence equivalence() {
    return rules.stream().map(RewriteRule::equivalence).reduce(Equivalence.EXACT, Equivalence::and);
  }

  @Override
  public Graph run(Graph graph, PassContext context) {
    Graph current = graph;
    for (int sweep = 0; sweep < MAX_SWEEPS; sweep++) {
      Graph swept = sweep(current, context);
      if (swept == current) {
        return current;
      }
      current = swept;
    }
    throw PassBug.inPass(
        name, "no fixpoint after " + MAX_SWEEPS + " sweeps; last patch: " + context.lastPatch());
  }

  private Graph sweep(Graph graph, PassContext context) {
    Graph current = graph;
    for (Node original : graph.nodes()) {
      Optional<Node> node = current.producer(original.output());
      for (int r = 0; r < rules.size() && node.isPresent() && context.mayPatch(); r++) {
        Optional<Graph> next = attempt(rules.get(r), current, node.get());
        if (next.isPresent()) {
          context.patched(name, node.get().name());
          current = next.get();
          node = current.producer(original.output());
        }
      }
    }
    return current;
  }

  private <O> Optional<Graph> attempt(RewriteRule<O> rule, Graph graph, Node node) {
    if (!rule.root().isInstance(node.op())) {
      return Optional.empty();
    }
    try {
      return rule.rewrite(graph, node, rule.root().cast(node.op()))
          .filter(p -> !p.isEmpty())
          .map(p -> p.applyAs(name));
    } catch (CompileException e) {
      throw e;
    } catch (RuntimeException e) {
      throw PassBug.atNode(name, graph, node, e);
    }
  }
}
