package dev.coppice.compiler.pass;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import java.util.Optional;

/**
 * A local rewrite, rooted at one kind of operator.
 *
 * @param <O> the operator of the root, or a type that several share
 */
public interface RewriteRule<O> {
  /** The type of operator to try the rule at. */
  Class<O> root();

  /** How close the results stay. */
  Equivalence equivalence();

  /**
   * The edit that applies at {@code node}, whose operator is {@code op}; empty if the rule does not
   * apply there.
   */
  Optional<GraphPatch> rewrite(Graph graph, Node node, O op);
}
