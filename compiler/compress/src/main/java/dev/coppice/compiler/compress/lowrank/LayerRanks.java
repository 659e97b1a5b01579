package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.lowrank.Factorization.Choice;
import dev.coppice.compiler.compress.model.Layer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A layer and the ways to factorise it.
 *
 * @param layer the layer
 * @param dense what it costs
 * @param ways factorizations, at least one
 * @param overhead see {@link FactorCost#expected}
 */
record LayerRanks(Layer layer, FactorCost dense, List<Factorization> ways, double overhead) {
  /** Copies the list. */
  LayerRanks {
    ways = List.copyOf(ways);
  }

  /** The cheapest choice that loses at most {@code lost}; empty if none is cheaper than now. */
  Optional<Choice> forEnergy(double lost) {
    return cheapest(w -> Optional.of(w.forEnergy(lost)));
  }

  /** The cheapest choice of variational rank; empty if none is cheaper than now. */
  Optional<Choice> variational(double weakening) {
    return cheapest(w -> w.variational(weakening));
  }

  /** The most accurate choice of {@code rank}; empty if none is cheaper than now. */
  Optional<Choice> ofRank(int rank) {
    Choice best = null;
    for (Factorization way : ways) {
      Choice choice = way.ofRank(rank);
      boolean better =
          choice.cost().isLessThan(dense, overhead)
              && (best == null || choice.factors().lost() < best.factors().lost());
      best = better ? choice : best;
    }
    return Optional.ofNullable(best);
  }

  private Optional<Choice> cheapest(Function<Factorization, Optional<Choice>> of) {
    Choice best = null;
    for (Factorization way : ways) {
      Choice choice = of.apply(way).orElse(null);
      boolean better =
          choice != null
              && choice.cost().isLessThan(dense, overhead)
              && (best == null
                  || choice.cost().expected(overhead) < best.cost().expected(overhead));
      best = better ? choice : best;
    }
    return Optional.ofNullable(best);
  }
}
