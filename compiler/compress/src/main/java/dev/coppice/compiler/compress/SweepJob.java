package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.compress.search.Sweep;
import dev.coppice.compiler.compress.search.Sweep.Point;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Sweeps of a model file.
 *
 * @param model the ONNX file
 * @param recipe a recipe without steps
 * @param steps steps in YAML, each with a place for the amount
 * @param amounts the amounts
 * @param dims sizes of symbolic dimensions
 */
public record SweepJob(
    Path model, Path recipe, List<String> steps, List<Double> amounts, Map<String, Integer> dims) {
  public SweepJob {
    steps = List.copyOf(steps);
    amounts = List.copyOf(amounts);
    dims = Map.copyOf(dims);
  }

  /**
   * What was measured.
   *
   * @param metric what scores are
   * @param before the original, measured
   * @param curves the points of each step, by its YAML
   */
  public record Outcome(Metric metric, Measurement before, Map<String, List<Point>> curves) {
    public Outcome {
      curves = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(curves));
    }

    /** A table for each step. */
    public List<String> text() {
      List<String> lines = new ArrayList<>();
      lines.add(
          "original: "
              + before.score().map(metric::text).orElse("no evaluation data")
              + String.format(
                  Locale.ROOT,
                  ", %,d weight bytes, %,d multiply-accumulates",
                  before.weightBytes(),
                  before.macs()));
      curves.forEach(
          (step, points) -> {
            lines.add("");
            lines.add(step);
            lines.add(
                String.format(
                    Locale.ROOT,
                    "%8s %14s %8s %14s %16s",
                    "amount",
                    metric.name(),
                    "zeros",
                    "weight bytes",
                    "operations"));
            points.forEach(p -> lines.add(line(p)));
          });
      return lines;
    }

    private String line(Point p) {
      if (p.measurement().isEmpty()) {
        return String.format(
            Locale.ROOT, "%8s refused: %s", p.amount(), p.refusal().orElse("unknown"));
      }
      Measurement m = p.measurement().get();
      return String.format(
          Locale.ROOT,
          "%8s %14s %7.2f%% %,14d %,16d",
          p.amount(),
          m.score().map(metric::text).orElse("-"),
          100 * p.zeros(),
          m.weightBytes(),
          m.executedMacs());
    }

    /**
     * The same as curves: the score and the weight bytes over the amounts that were not refused.
     */
    public List<Curve> drawn() {
      List<Curve> drawn = new ArrayList<>();
      curves.forEach(
          (step, points) -> {
            List<Point> known =
                points.stream()
                    .filter(p -> p.measurement().isPresent())
                    .sorted(Comparator.comparingDouble(Point::amount))
                    .toList();
            if (known.isEmpty()) {
              return;
            }
            if (known.stream().allMatch(p -> p.score().isPresent())) {
              drawn.add(curve(step, metric.name(), known, p -> p.score().orElse(Double.NaN)));
            }
            drawn.add(
                curve(
                    step,
                    "weight bytes",
                    known,
                    p -> p.measurement().map(Measurement::weightBytes).orElse(0L)));
          });
      return drawn;
    }

    private static Curve curve(
        String step, String measure, List<Point> points, ToDoubleFunction<Point> value) {
      return new Curve(
          step,
          "amount",
          measure,
          points.stream().map(p -> new Curve.Point(p.amount(), value.applyAsDouble(p))).toList());
    }

    /** The same as maps and lists, for JSON. */
    public Map<String, Object> json() {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("metric", metric.name());
      before.score().ifPresent(s -> all.put("original", s));
      List<Object> list = new ArrayList<>();
      curves.forEach(
          (step, points) -> {
            Map<String, Object> curve = new LinkedHashMap<>();
            curve.put("step", step);
            curve.put("points", points.stream().map(Outcome::json).toList());
            list.add(curve);
          });
      all.put("curves", list);
      return all;
    }

    private static Map<String, Object> json(Point p) {
      Map<String, Object> point = new LinkedHashMap<>();
      point.put("amount", p.amount());
      p.refusal().ifPresent(r -> point.put("refused", r));
      p.measurement()
          .ifPresent(
              m -> {
                m.score().ifPresent(s -> point.put("score", s));
                point.put("zeros", p.zeros());
                point.put("weightBytes", m.weightBytes());
                point.put("executedMacs", m.executedMacs());
                point.put("arenaBytes", m.arenaBytes());
              });
      return point;
    }
  }

  /**
   * Measures everything.
   *
   * @param sink receives what the user may want to know
   * @throws CompileException with every problem of the recipe, the steps or the files
   */
  public Outcome run(DiagnosticSink sink, Progress progress) {
    List<Sweep> sweeps = steps.stream().map(s -> new Sweep(s, amounts)).toList();
    Path folder = Optional.ofNullable(recipe.getParent()).orElse(Path.of(""));
    Optional<Settings> read =
        RecipeReader.parseSettings(RecipeReader.text(recipe), recipe.toString(), folder, sink);
    sink.throwIfErrors();
    sweeps.forEach(s -> s.check(Methods.ALL));
    OnnxGraph original =
        OnnxGraph.of(
            OnnxFile.load(model, ImportLimits.defaults()),
            new ImportOptions(dims, Map.of(), model.toString()));
    Settings settings = read.orElseThrow().opened(Compressor.ports(original));
    Measurement before =
        Measurement.of(
            original,
            settings.evaluation().map(s -> Compressor.evaluator(s, settings, original)),
            Measurement.Plan.sizes(settings.backend()));
    Map<String, List<Point>> curves = new LinkedHashMap<>();
    for (Sweep sweep : sweeps) {
      curves.put(sweep.step(), sweep.run(original, settings, Methods.ALL, progress));
    }
    return new Outcome(settings.metric(), before, curves);
  }
}
