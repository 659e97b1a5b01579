package dev.coppice.compiler.compress.lowrank;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.lowrank.Factorization.Choice;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.ejml.data.DMatrixRMaj;

/**
 * Low rank: a dense layer becomes two, a convolution two to four cheaper ones. A layer is replaced
 * only where that takes fewer multiply-adds and fewer parameters and is expected, or measured, to
 * be faster. See {@link MatrixFactorization}, {@link SpatialFactorization}, {@link
 * TuckerFactorization}, {@link PolyadicFactorization} and {@link SeparableFactorization}.
 */
public final class LowRank implements Method {
  /** Those that {@code auto} tries; to fit cp takes minutes where these take seconds. */
  private static final List<String> AUTO = List.of("svd", "spatial-svd", "tucker-2", "separable");

  private static final List<String> AMOUNTS =
      List.of("energy-loss", "rank", "vbmf", "macs", "parameters", "max-drop", "max-error");
  private static final double ENERGY_LOSS = 0.02;
  private static final double OVERHEAD = 0.1;

  @Override
  public String name() {
    return "low-rank";
  }

  @Override
  public String summary() {
    return "Replaces layers by several of lower rank where those are cheaper.";
  }

  @Override
  public List<String> keys() {
    List<String> keys = new ArrayList<>(List.of("kind"));
    keys.addAll(AMOUNTS);
    keys.addAll(List.of("weakening", "round-to", "data-aware", "measured", "overhead", "seed"));
    return keys;
  }

  /** How ranks are found for all layers together. */
  private interface Amount {
    Function<LayerRanks, Optional<Choice>> in(Session session, List<LayerRanks> layers);
  }

  private record Options(
      LayerWays ways, Amount amount, String text, boolean dataAware, boolean measured) {}

  @Override
  public Optional<Step> read(StepOptions options) {
    String kind =
        options.choice("kind", "auto", "svd", "spatial-svd", "tucker-2", "cp", "separable");
    List<String> given = AMOUNTS.stream().filter(options::has).toList();
    if (given.size() > 1) {
      options.refuse(given.get(1), "cannot be given with '" + given.get(0) + "'; choose one");
    }
    String by = given.isEmpty() ? "energy-loss" : given.get(0);
    if (options.has("weakening") && !by.equals("vbmf")) {
      options.refuse("weakening", "needs 'vbmf: true'");
    }
    if (by.equals("vbmf") && (kind.equals("cp") || kind.equals("separable"))) {
      options.refuse("vbmf", "finds no rank for kind '" + kind + "'");
    }
    Amount amount = amount(options, by);
    LayerWays ways =
        new LayerWays(
            kind.equals("auto") ? AUTO : List.of(kind),
            options.integer("round-to", 1, 64, 1),
            options.number("overhead", 0, 100, OVERHEAD),
            options.seed());
    String text = by.equals("vbmf") ? "vbmf" : by + " " + options.text(by).orElse("" + ENERGY_LOSS);
    Options read =
        new Options(
            ways, amount, text, options.flag("data-aware", false), options.flag("measured", false));
    LayerSelection layers = options.layers();
    return options.step(session -> factorise(session, session.select(layers), read));
  }

  private static Amount amount(StepOptions options, String by) {
    return switch (by) {
      case "rank" -> {
        int rank = options.integer("rank", 1, 1 << 20, 1);
        yield (session, layers) -> layer -> layer.ofRank(rank);
      }
      case "vbmf" -> {
        if (!options.flag("vbmf", true)) {
          options.refuse("vbmf", "is 'false'; leave it out");
        }
        double weakening = options.number("weakening", 0, 1 + Math.ulp(1.0), 1);
        yield (session, layers) -> layer -> layer.variational(weakening);
      }
      case "macs" -> {
        double left = options.number("macs", 0, 1);
        yield (session, layers) -> losing(new EnergySearch(session, layers).forMacs(left));
      }
      case "parameters" -> {
        double left = options.number("parameters", 0, 1);
        yield (session, layers) -> losing(new EnergySearch(session, layers).forParameters(left));
      }
      case "max-drop" -> {
        double drop = options.number("max-drop", 0, 100);
        yield (session, layers) -> within(session, layers, drop, judge(session));
      }
      case "max-error" -> {
        double error = options.number("max-error", 0, 1);
        yield (session, layers) -> within(session, layers, error, errorJudge(session));
      }
      default -> {
        double lost = options.number("energy-loss", 0, 1, ENERGY_LOSS);
        yield (session, layers) -> losing(lost);
      }
    };
  }

  private static Function<LayerRanks, Optional<Choice>> losing(double lost) {
    return layer -> layer.forEnergy(lost);
  }

  private static Function<LayerRanks, Optional<Choice>> within(
      Session session, List<LayerRanks> layers, double drop, Evaluator judge) {
    OptionalDouble lost = new EnergySearch(session, layers).within(drop, judge);
    return lost.isPresent() ? losing(lost.getAsDouble()) : layer -> Optional.empty();
  }

  private static Evaluator judge(Session session) {
    session.calibration("'max-drop'");
    return session
        .calibrationEvaluator()
        .orElseThrow(
            () ->
                new CompileException(
                    DiagnosticCode.RECIPE_INVALID,
                    session.where(),
                    "'max-drop' needs labelled calibration data; name them with 'labels', or use"
                        + " 'max-error'"));
  }

  private static Evaluator errorJudge(Session session) {
    return new Evaluator(
        session.calibration("'max-error'"),
        Metric.named("relative-error").orElseThrow(),
        session.backend(),
        session.graph().copy(),
        session.where());
  }

  private static void factorise(Session session, List<Layer> selected, Options options) {
    OnnxGraph graph = session.graph();
    List<Layer> possible = new ArrayList<>();
    for (Layer layer : selected) {
      Optional<String> obstacle = LayerWays.obstacle(graph, layer);
      obstacle.ifPresent(o -> session.decide(layer.label(), "left as it is", o));
      if (obstacle.isEmpty()) {
        possible.add(layer);
      }
    }
    Map<String, DMatrixRMaj> grams =
        options.dataAware()
            ? LayerGrams.of(
                graph,
                possible,
                session.calibration("'data-aware: true'"),
                session.backend(),
                options.ways().seed())
            : Map.of();
    List<LayerRanks> layers = new ArrayList<>();
    for (Layer layer : possible) {
      session.progress("decomposing " + layer.label(), layers.size(), possible.size());
      ranks(session, layer, grams, options).ifPresent(layers::add);
    }
    Function<LayerRanks, Optional<Choice>> choices = options.amount().in(session, layers);
    for (LayerRanks layer : layers) {
      Optional<Choice> choice = choices.apply(layer);
      if (choice.isPresent()) {
        replace(session, layer, choice.get(), options);
      } else {
        session.decide(
            layer.layer().label(),
            "left as it is",
            "no factors by " + options.text() + " are cheaper");
      }
    }
  }

  private static Optional<LayerRanks> ranks(
      Session session, Layer layer, Map<String, DMatrixRMaj> grams, Options options) {
    try {
      Optional<LayerRanks> ranks = options.ways().of(session.graph(), layer, grams);
      if (ranks.isEmpty()) {
        String kinds = String.join(", ", options.ways().kinds());
        session.decide(layer.label(), "left as it is", kinds + " does not apply");
      }
      return ranks;
    } catch (IllegalArgumentException e) {
      session
          .notes()
          .report(
              DiagnosticCode.WEIGHTS_LEFT_ALONE,
              SourceRef.file(session.graph().name()),
              layer.weights(),
              String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static void replace(Session session, LayerRanks ranks, Choice choice, Options options) {
    Layer layer = ranks.layer();
    String measured = "";
    if (options.measured()) {
      FactorTiming timing =
          FactorTiming.of(session.graph(), layer, choice.factors(), session.backend());
      String text =
          String.format(Locale.ROOT, "%.2f us, %.2f us before", timing.after(), timing.before());
      if (timing.after() >= timing.before()) {
        session.decide(layer.label(), "left as it is", choice.text() + " was measured at " + text);
        return;
      }
      measured = "; measured " + text;
    }
    FactorNodes.replace(session.graph(), layer, choice.factors());
    session.decide(
        layer.label(),
        String.format(
            Locale.ROOT,
            "%s, %.2f %% of the energy kept",
            choice.text(),
            100 * (1 - choice.factors().lost())),
        String.format(
            Locale.ROOT,
            "%d MACs, %d before; %d parameters, %d before; by %s%s",
            choice.cost().macs(),
            ranks.dense().macs(),
            choice.cost().parameters(),
            ranks.dense().parameters(),
            options.text(),
            measured));
  }
}
