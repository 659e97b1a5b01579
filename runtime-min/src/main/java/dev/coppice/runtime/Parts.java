package dev.coppice.runtime;

/** Work in parts that do not depend on each other: what a {@link WorkerPool} runs. */
public interface Parts {
  /**
   * Runs one part.
   *
   * @param call which of the pieces of work that this knows
   * @param worker who runs it, from 0: parts that run at the same time have different workers
   * @param part which part, from 0
   */
  void run(int call, int worker, int part);
}
