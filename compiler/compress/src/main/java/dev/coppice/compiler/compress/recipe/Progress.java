package dev.coppice.compiler.compress.recipe;

/** Where a run tells how far it is. */
public interface Progress {
  /** Nobody wants to know. */
  Progress NONE = (task, done, of) -> {};

  /**
   * {@code done} of {@code of} parts of {@code task} are done.
   *
   * @param task what is going on, e.g. {@code prune-channels: sensitivity}
   */
  void at(String task, int done, int of);
}
