package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.model.KeptChannels;
import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups;
import dev.coppice.compiler.compress.prune.channels.ChannelGroups.Group;
import dev.coppice.compiler.compress.prune.channels.ChannelRemoval;
import dev.coppice.compiler.compress.prune.channels.Slots;
import dev.coppice.compiler.compress.prune.channels.Slots.Role;
import dev.coppice.compiler.compress.prune.criteria.ActivationSource;
import dev.coppice.compiler.compress.prune.criteria.Criteria;
import dev.coppice.compiler.compress.prune.criteria.Criterion;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Structured pruning: removes channels, neurons and elements of hidden states with everything that
 * belongs to them, so that what is left is a smaller network of ordinary layers (Li, Kadav,
 * Durdanovic, Samet, Graf 2017, arXiv 1608.08710; dependency groups of Fang, Ma, Song, Mi, Wang
 * 2023, arXiv 2301.12900).
 */
public final class PruneChannels implements Method {
  private static final int SEARCH_STEPS = 12;

  @Override
  public String name() {
    return "prune-channels";
  }

  @Override
  public String summary() {
    return "Removes the least important channels from the layers and all that reads them.";
  }

  @Override
  public List<String> keys() {
    return List.of(
        "criterion",
        "amount",
        "macs",
        "scope",
        "max-per-layer",
        "round-to",
        "steps",
        "seed",
        "approximate",
        "compensate");
  }

  /** What a step asks for. */
  private record Options(
      Criterion criterion,
      double amount,
      double macs,
      ChannelSelection selection,
      int steps,
      long seed,
      boolean approximate,
      boolean compensate,
      LayerSelection layers) {}

  @Override
  public Optional<Step> read(StepOptions options) {
    if (options.has("amount") == options.has("macs")) {
      options.refuse(
          options.has("macs") ? "macs" : "amount",
          "must be given, or else 'amount' (fraction of channels to remove) or 'macs' (fraction of"
              + " multiply-adds to keep), not both");
    }
    double amount = options.number("amount", 0, 1, -1);
    double macs = options.number("macs", 0, 1, -1);
    Criterion criterion = Criteria.named(options.choice("criterion", Criteria.names()));
    boolean global = options.choice("scope", "layer", "global").equals("global");
    double maximum = options.number("max-per-layer", 0, 1, 0.9);
    int multiple = options.integer("round-to", 1, 64, 1);
    Options read =
        new Options(
            criterion,
            amount,
            macs,
            new ChannelSelection(global, !criterion.comparesLayers(), maximum, multiple),
            options.integer("steps", 1, 100, 1),
            options.seed(),
            options.flag("approximate", true),
            options.choice("compensate", "none", "mean").equals("mean"),
            options.layers());
    return options.step(session -> prune(session, read));
  }

  private static void prune(Session session, Options options) {
    OnnxGraph graph = session.graph();
    session.select(options.layers());
    long before = MultiplyAdds.of(graph);
    ChannelWidths widths = ChannelWidths.of(graph);
    double left = 1;
    for (int step = 1; step <= options.steps(); step++) {
      session.progress("ranking channels", step - 1, options.steps());
      // Of what is there now, so that all steps together remove the amount.
      double target = options.amount() >= 0 ? 1 - options.amount() * step / options.steps() : 1;
      double amount = 1 - target / left;
      left = target;
      long budget = Math.round(before * (1 - (1 - options.macs()) * step / options.steps()));
      removeOnce(session, options, amount, options.macs() >= 0 ? budget : -1);
    }
    widths.decide(session, options.criterion().name());
    session.decide(
        "",
        String.format(
            Locale.ROOT,
            "%d of %d multiply-adds are left (%.2f times fewer)",
            MultiplyAdds.of(graph),
            before,
            (double) before / Math.max(1, MultiplyAdds.of(graph))),
        "channels removed by " + options.criterion().name());
  }

  private static void removeOnce(Session session, Options options, double amount, long budget) {
    OnnxGraph graph = session.graph();
    ChannelGroups groups = ChannelGroups.of(graph);
    ActivationSource source = source(session, options).orElse(ActivationSource.NONE);
    double[] scores = options.criterion().scores(groups, source, options.seed());
    BitSet protectedUnits = protectedUnits(groups, options);
    checkRated(session, options, groups, scores);
    BitSet removed =
        budget < 0
            ? options.selection().select(groups, scores, protectedUnits, amount)
            : withinBudget(session, options, groups, scores, protectedUnits, budget);
    if (removed.isEmpty()) {
      return;
    }
    Optional<MeanCompensation> means =
        options.compensate()
            ? Optional.of(MeanCompensation.of(graph, groups, removed, source))
            : Optional.empty();
    Map<String, int[]> kept = ChannelRemoval.apply(graph, groups, removed);
    means.ifPresent(m -> m.apply(graph, kept));
    KeptChannels.of(graph).then(kept).record(graph);
  }

  /** Calibration data, asked for only by who needs it. */
  private static Optional<ActivationSource> source(Session session, Options options) {
    boolean needed = options.criterion().needsCalibration() || options.compensate();
    String why = "criterion '" + options.criterion().name() + "'";
    return needed
        ? Optional.of(
            ActivationSource.of(
                session.graph(),
                session.calibration(options.compensate() ? "'compensate: mean'" : why),
                session.backend()))
        : Optional.empty();
  }

  /** Units of layers that the step does not take, and of approximate ones where it is exact. */
  static BitSet protectedUnits(ChannelGroups groups, LayerSelection layers, boolean approximate) {
    LayerSelection only = new LayerSelection(layers.layers(), List.of());
    LayerSelection but = new LayerSelection(List.of(), layers.exclude());
    BitSet taken = new BitSet();
    BitSet left = new BitSet();
    for (Slots s : groups.slots(Role.PRODUCES)) {
      List<String> names = List.of(Nodes.label(s.node()), s.constant());
      for (int unit : s.units()) {
        if (unit != ChannelGroups.FIXED) {
          taken.set(unit, taken.get(unit) || only.takes(names));
          left.set(unit, left.get(unit) || !but.takes(names));
        }
      }
    }
    for (int unit = 0; unit < groups.units(); unit++) {
      boolean stays = !taken.get(unit) || (!approximate && groups.isApproximate(unit));
      left.set(unit, left.get(unit) || stays);
    }
    return left;
  }

  private static BitSet protectedUnits(ChannelGroups groups, Options options) {
    return protectedUnits(groups, options.layers(), options.approximate());
  }

  private static void checkRated(
      Session session, Options options, ChannelGroups groups, double[] scores) {
    for (Group group : groups.groups()) {
      if (group.units().stream().anyMatch(u -> !Double.isNaN(scores[u]))) {
        return;
      }
    }
    throw new CompileException(
        DiagnosticCode.RECIPE_INVALID,
        session.where(),
        groups.groups().isEmpty()
            ? "no layer has channels that can be removed: all lead to outputs or to operators"
                + " that need every channel"
            : "criterion '"
                + options.criterion().name()
                + "' rates no channel of this model; choose another, such as l2");
  }

  /** The smallest amount whose removal leaves at most {@code budget} multiply-adds. */
  private static BitSet withinBudget(
      Session session,
      Options options,
      ChannelGroups groups,
      double[] scores,
      BitSet protectedUnits,
      long budget) {
    double low = 0;
    double high = 1;
    BitSet best = options.selection().select(groups, scores, protectedUnits, high);
    long least = macsWithout(session.graph(), groups, best);
    if (least > budget) {
      throw new CompileException(
          DiagnosticCode.RECIPE_INVALID,
          session.where(),
          "no more channels can be removed at "
              + least
              + " multiply-adds, and the step asks for at most "
              + budget
              + "; allow more by 'max-per-layer' or take more layers");
    }
    for (int i = 0; i < SEARCH_STEPS; i++) {
      double middle = (low + high) / 2;
      BitSet some = options.selection().select(groups, scores, protectedUnits, middle);
      if (macsWithout(session.graph(), groups, some) <= budget) {
        best = some;
        high = middle;
      } else {
        low = middle;
      }
    }
    return best;
  }

  private static long macsWithout(OnnxGraph graph, ChannelGroups groups, BitSet removed) {
    OnnxGraph copy = graph.copy();
    ChannelRemoval.apply(copy, groups, removed);
    return MultiplyAdds.of(copy);
  }
}
