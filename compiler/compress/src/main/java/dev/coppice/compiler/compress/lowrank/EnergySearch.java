package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.lowrank.Factorization.Choice;
import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;

/**
 * Looks for the part of the energy that all layers may lose alike: the least that meets a budget,
 * or the most that keeps the model's accuracy on calibration data. Bisects its logarithm.
 */
final class EnergySearch {
  private static final double LEAST = 1e-6;
  private static final int BUDGET_STEPS = 24;
  private static final double LEAST_JUDGED = 1e-4;
  private static final int JUDGED_STEPS = 8;

  private final Session session;
  private final List<LayerRanks> layers;

  EnergySearch(Session session, List<LayerRanks> layers) {
    this.session = session;
    this.layers = layers;
  }

  /** The least loss that leaves {@code fraction} of all multiply-adds. */
  double forMacs(double fraction) {
    long all = MultiplyAdds.of(session.graph());
    return forBudget("multiply-adds", all, Math.round(fraction * all), FactorCost::macs);
  }

  /** The least loss that leaves {@code fraction} of all elements of constants. */
  double forParameters(double fraction) {
    OnnxGraph graph = session.graph();
    long all = 0;
    for (String name : graph.constants()) {
      all += graph.type(name).dtype().isFloat() ? graph.shape(name).size() : 0;
    }
    return forBudget("parameters", all, Math.round(fraction * all), FactorCost::parameters);
  }

  private double forBudget(String what, long all, long budget, ToLongFunction<FactorCost> cost) {
    long least = left(all, 1, cost);
    if (least > budget) {
      throw new CompileException(
          DiagnosticCode.RECIPE_INVALID,
          session.where(),
          "factors of the lowest rank leave "
              + least
              + " "
              + what
              + ", and the step asks for at most "
              + budget
              + "; allow more or take more layers");
    }
    double low = LEAST;
    double high = 1;
    for (int i = 0; i < BUDGET_STEPS; i++) {
      double middle = Math.sqrt(low * high);
      if (left(all, middle, cost) <= budget) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private long left(long all, double lost, ToLongFunction<FactorCost> cost) {
    long left = all;
    for (LayerRanks layer : layers) {
      Optional<Choice> choice = layer.forEnergy(lost);
      if (choice.isPresent()) {
        left -= cost.applyAsLong(layer.dense()) - cost.applyAsLong(choice.get().cost());
      }
    }
    return left;
  }

  /**
   * The most loss for which the metric of {@code judge} is at most {@code drop} worse than now;
   * empty if the least that is tried is too much.
   */
  OptionalDouble within(double drop, Evaluator judge) {
    double before = judge.evaluate(session.graph());
    double low = LEAST_JUDGED;
    double high = 1;
    if (drop(low, before, judge) > drop) {
      return OptionalDouble.empty();
    }
    for (int i = 0; i < JUDGED_STEPS; i++) {
      session.progress("trying ranks", i, JUDGED_STEPS);
      double middle = Math.sqrt(low * high);
      if (drop(middle, before, judge) <= drop) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return OptionalDouble.of(low);
  }

  private double drop(double lost, double before, Evaluator judge) {
    OnnxGraph version = session.graph().copy();
    for (LayerRanks layer : layers) {
      layer
          .forEnergy(lost)
          .ifPresent(c -> FactorNodes.replace(version, layer.layer(), c.factors()));
    }
    return judge.metric().drop(before, judge.evaluate(version));
  }
}
