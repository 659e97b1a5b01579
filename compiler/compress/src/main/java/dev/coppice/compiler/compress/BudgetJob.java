package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Limits;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.compress.report.RunReport.ParetoPoint;
import dev.coppice.compiler.compress.search.Budget;
import dev.coppice.compiler.compress.search.BudgetSearch;
import dev.coppice.compiler.compress.search.Candidate;
import dev.coppice.compiler.compress.search.SearchSpace;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.OutputFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Compression within a budget: searches for steps, writes the recipe that it found, and runs that.
 *
 * @param job the model, a recipe without steps, and where the result goes
 * @param budget limits, as {@link Budget} reads them
 * @param recipeOut where the recipe goes; beside the result with {@code .yaml} where it is empty
 */
public record BudgetJob(CompressionJob job, String budget, Optional<Path> recipeOut) {
  /**
   * What a run made.
   *
   * @param compression the result of the recipe that was found
   * @param recipe where that is
   * @param search what was tried
   */
  public record Outcome(
      CompressionJob.Outcome compression, Path recipe, BudgetSearch.Result search) {
    /** The versions that no other is better than in every respect, for people. */
    public List<String> text() {
      List<String> lines = new ArrayList<>();
      lines.add(
          String.format(
              Locale.ROOT,
              "%d versions were tried; of these no other is better in every respect than",
              search.tried()));
      lines.add(
          String.format(
              Locale.ROOT, "%8s %12s %14s %12s  %s", "drop", "weights", "operations", "time", ""));
      for (Candidate c : search.front()) {
        Measurement m = c.measurement();
        lines.add(
            String.format(
                Locale.ROOT,
                "%8.2f %,12d %,14d %12s  %s%s",
                c.drop(),
                m.weightBytes(),
                m.executedMacs(),
                m.latencyMicros().isEmpty()
                    ? ""
                    : String.format(Locale.ROOT, "%.1f us", c.fastestMicros()),
                c == search.chosen() ? "* " : "  ",
                String.join(" ", c.steps())));
      }
      lines.add("* is chosen; its recipe: " + recipe);
      lines.add("");
      return lines;
    }

    /** The same for a report. */
    public List<ParetoPoint> pareto() {
      List<ParetoPoint> points = new ArrayList<>();
      for (Candidate c : search.front()) {
        Map<String, Double> cost = new LinkedHashMap<>();
        cost.put("weight bytes", (double) c.measurement().weightBytes());
        cost.put("multiply-accumulates", (double) c.measurement().executedMacs());
        cost.put("arena bytes", (double) c.measurement().arenaBytes());
        points.add(
            new ParetoPoint(
                String.join(" ", c.steps()),
                c.measurement().score().orElseThrow(),
                cost,
                c == search.chosen()));
      }
      return points;
    }
  }

  /**
   * Searches, writes the recipe, and compresses by it.
   *
   * @param sink receives what the user may want to know
   * @throws CompileException as {@link CompressionJob#run}, or if nothing meets the budget
   */
  public Outcome run(DiagnosticSink sink, Progress progress) {
    job.refuseSame(job.model());
    job.refuseSame(job.recipe());
    Path written = recipeOut.orElseGet(() -> beside(job.out()));
    OutputFile.check(job.out());
    OutputFile.check(written);
    Limits limits = Budget.parse(budget);
    Path base = job.recipe();
    String text = RecipeReader.text(base);
    Optional<Settings> settings =
        RecipeReader.parseSettings(text, base.toString(), folder(base), sink);
    sink.throwIfErrors();
    OnnxGraph original = job.original();
    BudgetSearch.Result found =
        BudgetSearch.search(
            original,
            settings.orElseThrow(),
            limits,
            SearchSpace.standard(),
            Methods.ALL,
            progress);
    String recipe = recipe(text, base, written, found.chosen());
    OutputFile.write(written, recipe);
    Optional<Recipe> steps = RecipeReader.read(written, Methods.ALL, sink);
    sink.throwIfErrors();
    CompressionJob last =
        new CompressionJob(job.model(), written, job.out(), job.dims(), job.fresh(), job.timed());
    return new Outcome(
        last.run(steps.orElseThrow(), recipe, original, sink, progress), written, found);
  }

  /** The recipe that leads to {@code chosen}: what {@code base} says, and the steps. */
  private String recipe(String base, Path from, Path to, Candidate chosen) {
    StringBuilder text = new StringBuilder();
    text.append("# Found by 'coppice compress --budget \"")
        .append(budget.replace('\n', ' '))
        .append("\"'.\n");
    text.append(base.stripTrailing()).append('\n');
    Path fromFolder = folder(from).toAbsolutePath().normalize();
    Path toFolder = folder(to).toAbsolutePath().normalize();
    if (!fromFolder.equals(toFolder) && !base.contains("data-folder:")) {
      text.append("data-folder: '")
          .append(relative(toFolder, fromFolder).replace("'", "''"))
          .append("'\n");
    }
    text.append("steps:\n");
    chosen.steps().forEach(s -> text.append("  - ").append(s).append('\n'));
    return text.toString();
  }

  private static String relative(Path from, Path to) {
    try {
      return from.relativize(to).toString().replace('\\', '/');
    } catch (IllegalArgumentException e) {
      // On another drive.
      return to.toString();
    }
  }

  private static Path folder(Path file) {
    return Optional.ofNullable(file.getParent()).orElse(Path.of(""));
  }

  private static Path beside(Path out) {
    String name = String.valueOf(out.getFileName());
    int dot = name.lastIndexOf('.');
    return out.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".yaml");
  }
}
