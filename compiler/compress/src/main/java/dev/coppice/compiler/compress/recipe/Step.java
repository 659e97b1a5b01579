package dev.coppice.compiler.compress.recipe;

/** One change to a model, decided by a recipe; it keeps no state between runs. */
@FunctionalInterface
public interface Step {
  /**
   * Changes {@link Session#graph()} and says in {@link Session#decide} what it decided.
   *
   * @throws dev.coppice.compiler.diag.CompileException if the model or the data does not allow it;
   *     the graph may be half changed then and is not used any more
   */
  void apply(Session session);
}
