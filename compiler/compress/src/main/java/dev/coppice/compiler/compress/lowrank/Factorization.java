package dev.coppice.compiler.compress.lowrank;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One way to put several layers into the place of one, of whatever rank. */
interface Factorization {
  /** What recipes call it. */
  String kind();

  /** The smallest ranks that lose at most the part {@code lost}, 0 to 1, of the energy. */
  Choice forEnergy(double lost);

  /** Of rank {@code rank}, at least 1, or of the full rank if that is less. */
  Choice ofRank(int rank);

  /**
   * Of the rank that {@link VariationalRank} finds; empty for kinds to which it does not apply.
   *
   * @param weakening see {@link VariationalRank#weakened}
   */
  Optional<Choice> variational(double weakening);

  /** A factorization of certain ranks; the factors are computed when they are first asked for. */
  final class Choice {
    private final String kind;
    private final String ranks;
    private final FactorCost cost;
    private final Supplier<Factors> supplier;
    private @Nullable Factors factors;

    /**
     * A choice.
     *
     * @param kind what recipes call the factorization
     * @param ranks for people
     * @param supplier computes the factors
     */
    Choice(String kind, String ranks, FactorCost cost, Supplier<Factors> supplier) {
      this.kind = kind;
      this.ranks = ranks;
      this.cost = cost;
      this.supplier = supplier;
    }

    /** For example {@code tucker-2 of rank 16 x 8}. */
    String text() {
      return kind + " of rank " + ranks;
    }

    FactorCost cost() {
      return cost;
    }

    Factors factors() {
      Factors known = factors;
      if (known == null) {
        known = supplier.get();
        factors = known;
      }
      return known;
    }
  }

  /** {@code rank} up to a multiple of {@code multiple}, at most {@code full}. */
  static int rounded(int rank, int multiple, int full) {
    return Math.min(full, (rank + multiple - 1) / multiple * multiple);
  }
}
