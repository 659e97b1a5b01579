package dev.coppice.compiler.schedule;

import dev.coppice.compiler.ir.Candidate;
import dev.coppice.compiler.ir.KernelBuilder;
import dev.coppice.compiler.loop.Kernel;
import java.util.List;

/**
 * A way to compute an operator. The schedules of an operator are a table; what each offers for a
 * node, and what it would take, are candidates to choose from.
 *
 * @param <G> the sizes of the operator
 */
interface Schedule<G> {
  /** Candidates for a node: none where this does not apply, several where it has variants. */
  List<Candidate> candidates(G g, KernelBuilder k);

  /** The kernel of the best candidate of {@code table}, in which some schedule always applies. */
  static <G> Kernel lower(List<Schedule<G>> table, G g, KernelBuilder k) {
    return k.choose(table.stream().flatMap(s -> s.candidates(g, k).stream()).toList());
  }
}
