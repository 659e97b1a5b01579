package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.ChannelRemoval;
import dev.coppice.compiler.compress.prune.criteria.ActivationSource;
import dev.coppice.compiler.compress.prune.criteria.Criteria;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * The search of EagleEye (Li, Wu, Su, Wang 2020, arXiv 2007.02491): draws how much each group of
 * layers loses, scaled so that the budget is met, removes the channels of least L1 norm,
 * re-estimates batch normalizations and keeps the draw that scores best. The first half of the
 * calibration examples estimates, the second half scores: all draws on a quarter of it, the better
 * ones on all of it.
 */
public final class SearchChannels implements Method {
  /** Draws that miss the budget or were drawn before are drawn again, so often for each. */
  private static final int PATIENCE = 10;

  private static final int BISECTIONS = 10;

  @Override
  public String name() {
    return "search-channels";
  }

  @Override
  public String summary() {
    return "Searches how many channels each layer loses within a budget of multiply-adds.";
  }

  @Override
  public List<String> keys() {
    return List.of("macs", "candidates", "max-per-layer", "round-to", "seed", "approximate");
  }

  /** What a step asks for. */
  private record Options(
      double macs,
      int candidates,
      double maximum,
      int multiple,
      long seed,
      boolean approximate,
      LayerSelection layers) {}

  /** A draw. */
  private record Candidate(int number, Trials.Trial trial, double score) {}

  @Override
  public Optional<Step> read(StepOptions options) {
    Options read =
        new Options(
            options.number("macs", 0, 1),
            options.integer("candidates", 2, 10_000, 20),
            options.number("max-per-layer", 0, 1, 0.7),
            options.integer("round-to", 1, 64, 1),
            options.seed(),
            options.flag("approximate", true),
            options.layers());
    return options.step(session -> search(session, read));
  }

  private static void search(Session session, Options options) {
    OnnxGraph graph = session.graph();
    session.select(options.layers());
    Examples all = session.calibration("method 'search-channels'");
    int half = all.count() / 2;
    Evaluator judge =
        session
            .calibrationEvaluator()
            .orElseThrow(
                () ->
                    new CompileException(
                        DiagnosticCode.DATA_INVALID,
                        session.where(),
                        "method 'search-channels' scores by the calibration examples, which have no"
                            + " labels; name them with 'labels', or choose metric agreement"))
            .range(half, all.count());
    ChannelGroups groups = ChannelGroups.of(graph);
    List<BitSet> draws = draws(session, options, groups);
    Trials trials = Trials.of(graph, groups, all.first(half), session.backend());
    List<Candidate> candidates = new ArrayList<>();
    for (BitSet draw : draws) {
      int number = candidates.size();
      session.progress("trying a draw", number, draws.size());
      Trials.Trial trial = trials.without(draw);
      double score = score(judge.first((all.count() - half + 3) / 4), trial);
      candidates.add(new Candidate(number, trial, score));
    }
    Candidate best = best(candidates, judge);
    OnnxGraph left = best.trial().graph();
    tell(session, graph, left, best, candidates.size());
    ChannelWidths widths = ChannelWidths.of(graph);
    graph.become(left);
    widths.decide(session, "draw " + best.number() + " of " + candidates.size());
  }

  private static double score(Evaluator judge, Trials.Trial trial) {
    double value = trial.metric(judge);
    return judge.metric().isAccuracy() ? value : -value;
  }

  /** The best on all examples of the better quarter on some; the earlier of equal ones. */
  private static Candidate best(List<Candidate> candidates, Evaluator judge) {
    List<Candidate> order = new ArrayList<>(candidates);
    order.sort(
        Comparator.comparingDouble(Candidate::score)
            .reversed()
            .thenComparingInt(Candidate::number));
    Candidate best = order.get(0);
    double most = Double.NEGATIVE_INFINITY;
    for (Candidate c : order.subList(0, (order.size() + 3) / 4)) {
      double score = score(judge, c.trial());
      if (score > most) {
        most = score;
        best = new Candidate(c.number(), c.trial(), score);
      }
    }
    return best;
  }

  private static void tell(
      Session session, OnnxGraph before, OnnxGraph left, Candidate best, int tried) {
    session.decide(
        "",
        String.format(
            Locale.ROOT,
            "%d of %d multiply-adds are left",
            MultiplyAdds.of(left),
            MultiplyAdds.of(before)),
        String.format(
            Locale.ROOT,
            "draw %d of %d, %s on calibration data",
            best.number(),
            tried,
            session.settings().metric().text(Math.abs(best.score()))));
  }

  /** So many different draws within the budget. */
  private static List<BitSet> draws(Session session, Options options, ChannelGroups groups) {
    OnnxGraph graph = session.graph();
    double[] scores = Criteria.named("l1").scores(groups, ActivationSource.NONE, options.seed());
    BitSet protectedUnits =
        PruneChannels.protectedUnits(groups, options.layers(), options.approximate());
    ChannelSelection selection =
        new ChannelSelection(false, true, options.maximum(), options.multiple());
    SplittableRandom random = new SplittableRandom(options.seed());
    long budget = (long) (options.macs() * MultiplyAdds.of(graph));
    List<BitSet> draws = new ArrayList<>();
    for (int i = 0; i < PATIENCE * options.candidates(); i++) {
      double[] ratios = new double[groups.groups().size()];
      for (int g = 0; g < ratios.length; g++) {
        ratios[g] = random.nextDouble();
      }
      Optional<BitSet> draw =
          scaled(
              ratios,
              options.maximum(),
              budget,
              graph,
              groups,
              r -> selection.select(groups, scores, protectedUnits, r));
      if (draw.isPresent() && !draws.contains(draw.get())) {
        draws.add(draw.get());
      }
      if (draws.size() == options.candidates() || (i == PATIENCE && draws.isEmpty())) {
        break;
      }
    }
    if (draws.isEmpty()) {
      throw new CompileException(
          DiagnosticCode.RECIPE_INVALID,
          session.where(),
          "no draw of channels leaves at most "
              + budget
              + " multiply-adds; allow more by 'macs' or 'max-per-layer', or take more layers");
    }
    return draws;
  }

  /** The removal by {@code ratios} times the smallest factor that meets the budget. */
  private static Optional<BitSet> scaled(
      double[] ratios,
      double maximum,
      long budget,
      OnnxGraph graph,
      ChannelGroups groups,
      Function<double[], BitSet> selection) {
    double low = 0;
    double high = 1 / Arrays.stream(ratios).filter(r -> r > 0).min().orElse(1);
    Optional<BitSet> found = Optional.empty();
    for (int i = 0; i <= BISECTIONS; i++) {
      double factor = i == 0 ? high : (low + high) / 2;
      double[] amounts = Arrays.stream(ratios).map(r -> Math.min(maximum, factor * r)).toArray();
      BitSet some = selection.apply(amounts);
      OnnxGraph version = graph.copy();
      ChannelRemoval.apply(version, groups, some);
      if (MultiplyAdds.of(version) <= budget) {
        found = Optional.of(some);
        high = factor;
      } else if (i == 0) {
        return found;
      } else {
        low = factor;
      }
    }
    return found;
  }
}
