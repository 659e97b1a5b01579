package dev.coppice.compiler.pass;

import dev.coppice.compiler.ir.Graph;

/** A rewrite of a whole graph. Stateless and deterministic. */
public interface Pass {
  /** Stable name in logs, dumps, errors and reports, e.g. {@code fuse-batch-norm}. */
  String name();

  /** How close the results stay. */
  Equivalence equivalence();

  /** The rewritten graph; {@code graph} itself if there is nothing to do. */
  Graph run(Graph graph, PassContext context);
}
