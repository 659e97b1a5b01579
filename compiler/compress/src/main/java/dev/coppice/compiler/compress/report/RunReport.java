package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Findings;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.driver.CompilerVersion;
import dev.coppice.compiler.driver.measure.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is told of a compression run. Equal runs give equal reports, but for the latencies.
 *
 * @param model what diagnostics call the model
 * @param recipe text of the recipe
 * @param environment where and how it ran
 * @param metric what scores are; of no meaning where there are none
 * @param before the original, measured
 * @param steps what each step did, in order
 * @param layers the layers of both versions, in the order of the original's nodes, added ones last
 * @param graphs both versions, drawn
 * @param pareto what a search found; empty where none ran
 * @param notes what the user was told
 */
public record RunReport(
    String model,
    String recipe,
    Environment environment,
    Metric metric,
    Measurement before,
    List<Step> steps,
    List<Layer> layers,
    GraphComparison graphs,
    List<ParetoPoint> pareto,
    List<String> notes) {
  /** So many examples tell the error of layers well enough. */
  private static final int ERROR_EXAMPLES = 64;

  public RunReport {
    steps = List.copyOf(steps);
    layers = List.copyOf(layers);
    pareto = List.copyOf(pareto);
    notes = List.copyOf(notes);
  }

  /**
   * Where and how a run took place.
   *
   * @param coppice version of the compiler
   * @param machine the JVM and the processor, a line each
   * @param backend the backend that calibrated, evaluated and gave the sizes
   * @param seed of everything random
   */
  public record Environment(String coppice, List<String> machine, String backend, long seed) {
    public Environment {
      machine = List.copyOf(machine);
    }
  }

  /**
   * What one step did.
   *
   * @param method its method
   * @param findings what it had to tell
   * @param after the model after it, measured
   */
  public record Step(String method, Findings findings, Measurement after) {}

  /**
   * A layer in both versions.
   *
   * @param before as it was; empty if it is new
   * @param after as it is; empty if it is gone
   * @param error how far it is from the original on calibration examples; empty where there is
   *     nothing to compare
   */
  public record Layer(
      Optional<LayerState> before, Optional<LayerState> after, Optional<LayerError> error) {
    /** Its label. */
    public String name() {
      return before.or(() -> after).map(LayerState::name).orElse("");
    }
  }

  /**
   * One model that a search looked at.
   *
   * @param what how it was made
   * @param score its metric
   * @param cost what the search wanted to be small, by name, without latencies
   * @param chosen whether it is the result
   */
  public record ParetoPoint(String what, double score, Map<String, Double> cost, boolean chosen) {
    public ParetoPoint {
      cost = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(cost));
    }
  }

  /** The result, measured. */
  public Measurement after() {
    return steps.isEmpty() ? before : steps.get(steps.size() - 1).after();
  }

  /**
   * The report on {@code result}; every version of the model is measured, which takes a while.
   *
   * @param recipe text of the recipe
   * @param settings what the recipe says beside its steps; layers are compared on its calibration
   *     examples
   * @param plan how the versions are measured
   * @param pareto what a search found; empty where none ran
   * @param notes what the user was told
   */
  public static RunReport of(
      Compressor.Result result,
      String recipe,
      Settings settings,
      Measurement.Plan plan,
      List<ParetoPoint> pareto,
      List<String> notes,
      Progress progress) {
    int tasks = result.steps().size() + 2;
    progress.at("report: measure", 0, tasks);
    OnnxGraph original = result.original();
    Measurement before = Measurement.of(original, Optional.empty(), plan).withScore(result.score());
    List<Step> steps = new ArrayList<>();
    for (Compressor.StepResult step : result.steps()) {
      progress.at("report: measure", steps.size() + 1, tasks);
      Measurement after =
          Measurement.of(step.graph(), Optional.empty(), plan).withScore(step.score());
      steps.add(new Step(step.method(), step.findings(), after));
    }
    progress.at("report: compare layers", tasks - 1, tasks);
    Optional<Examples> examples =
        settings.calibration().map(c -> c.open(Compressor.ports(original)).first(ERROR_EXAMPLES));
    return new RunReport(
        original.name(),
        recipe,
        new Environment(
            CompilerVersion.get(), Machine.lines(), settings.backend(), settings.seed()),
        settings.metric(),
        before,
        steps,
        layers(original, result.compressed(), examples, settings.backend()),
        GraphComparison.of(original, result.compressed()),
        pareto,
        notes);
  }

  private static List<Layer> layers(
      OnnxGraph before, OnnxGraph after, Optional<Examples> examples, String backend) {
    Map<String, LayerState> added = new LinkedHashMap<>();
    LayerState.of(after).forEach(s -> added.putIfAbsent(s.name(), s));
    List<Layer> layers = new ArrayList<>();
    for (LayerState old : LayerState.of(before)) {
      Optional<LayerState> now = Optional.ofNullable(added.remove(old.name()));
      layers.add(new Layer(Optional.of(old), now, Optional.empty()));
    }
    added
        .values()
        .forEach(n -> layers.add(new Layer(Optional.empty(), Optional.of(n), Optional.empty())));
    if (examples.isEmpty()) {
      return layers;
    }
    Counterparts counterparts = new Counterparts(before, after);
    List<Optional<LayerError>> errors =
        LayerErrors.of(
            before,
            after,
            layers.stream().map(l -> comparisons(l, counterparts)).toList(),
            examples.get(),
            backend);
    for (int i = 0; i < layers.size(); i++) {
      layers.set(i, new Layer(layers.get(i).before(), layers.get(i).after(), errors.get(i)));
    }
    return layers;
  }

  private static List<Comparison> comparisons(Layer layer, Counterparts counterparts) {
    return layer
        .after()
        .map(now -> counterparts.ofLayer(now.output()))
        .orElseGet(() -> counterparts.ofGone(layer.before().orElseThrow().output()));
  }
}
