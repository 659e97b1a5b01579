package dev.coppice.compiler.compress.recipe;

import java.util.List;
import java.util.Optional;

/**
 * A way to compress, as recipes name it. One file implements a method, one line of the table of
 * methods makes it known.
 */
public interface Method {
  /** What recipes call it, e.g. {@code prune-channels}. */
  String name();

  /** What it does, in a sentence that begins with a verb. */
  String summary();

  /**
   * The keys that a step of this method takes, beside those of every step: {@code method}, {@code
   * layers}, {@code exclude}.
   */
  List<String> keys();

  /**
   * The step that {@code options} describe; empty, with every problem reported to their sink, if
   * they are not valid.
   */
  Optional<Step> read(StepOptions options);
}
