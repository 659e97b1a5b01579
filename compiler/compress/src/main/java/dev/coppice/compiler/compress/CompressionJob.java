package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Limits;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.compress.report.RunReport;
import dev.coppice.compiler.compress.report.RunReport.ParetoPoint;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.OutputFile;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compression from file to file. What is finished of a run that breaks off is kept in a folder
 * beside the result, {@code .NAME.steps}, and the next run goes on behind it.
 *
 * @param model the ONNX file
 * @param recipe what to do, in YAML
 * @param out where the compressed model goes, at once when it is complete
 * @param dims sizes of symbolic dimensions
 * @param fresh whether finished steps of an earlier run are done again
 * @param timed whether the original and the result are timed for the summary; where a limit asks
 *     for it they are in any case
 */
public record CompressionJob(
    Path model, Path recipe, Path out, Map<String, Integer> dims, boolean fresh, boolean timed) {
  /** Seconds for which a model is timed where a limit or the summary asks for it. */
  private static final double SECONDS = 0.5;

  public CompressionJob {
    dims = Map.copyOf(dims);
  }

  /** A job whose summary has times. */
  public CompressionJob(
      Path model, Path recipe, Path out, Map<String, Integer> dims, boolean fresh) {
    this(model, recipe, out, dims, fresh, true);
  }

  /**
   * What a run made.
   *
   * @param recipe the recipe
   * @param text its text
   * @param result the versions of the model
   * @param before the original, measured
   * @param after the compressed model, measured
   */
  public record Outcome(
      Recipe recipe, String text, Compressor.Result result, Measurement before, Measurement after) {
    /**
     * The report; every version is measured again, which takes a while.
     *
     * @param pareto what a search found; empty where none ran
     * @param sink what the user was told
     */
    public RunReport report(List<ParetoPoint> pareto, DiagnosticSink sink, Progress progress) {
      Settings settings = recipe.settings();
      return RunReport.of(
          result,
          text,
          settings,
          Measurement.Plan.timed(settings.backend(), SECONDS),
          pareto,
          sink.diagnostics().stream().map(Diagnostic::text).toList(),
          progress);
    }

    /** The metric of the recipe, before and after, and what the models take: a table. */
    public List<String> summary() {
      return Summary.lines(recipe.settings().metric(), before, after);
    }
  }

  /**
   * Compresses.
   *
   * @param sink receives what the user may want to know
   * @throws CompileException with every problem of the recipe or the files, or, after everything is
   *     written to checkpoints, if the result exceeds the recipe's limits; then there is no result
   */
  public Outcome run(DiagnosticSink sink, Progress progress) {
    refuseSame(model);
    refuseSame(recipe);
    OutputFile.check(out);
    Optional<Recipe> read = RecipeReader.read(recipe, Methods.ALL, sink);
    sink.throwIfErrors();
    return run(read.orElseThrow(), RecipeReader.text(recipe), original(), sink, progress);
  }

  /** As {@link #run(DiagnosticSink, Progress)} for a recipe and a model that were read. */
  Outcome run(
      Recipe steps, String text, OnnxGraph original, DiagnosticSink sink, Progress progress) {
    Checkpoints checkpoints = new Checkpoints(checkpointFolder());
    if (fresh) {
      checkpoints.clear();
    }
    Compressor.Result result =
        Compressor.compress(original, steps, Optional.of(checkpoints), sink, progress);
    progress.at("measure", 0, 2);
    Measurement.Plan plan = plan(steps.settings());
    Measurement before = Measurement.of(original, Optional.empty(), plan).withScore(result.score());
    progress.at("measure", 1, 2);
    Measurement after =
        Measurement.of(result.compressed(), Optional.empty(), plan).withScore(result.lastScore());
    check(steps, before, after);
    OnnxFile.save(result.compressed().toProto(), out);
    checkpoints.clear();
    return new Outcome(steps, text, result, before, after);
  }

  private Measurement.Plan plan(Settings settings) {
    return timed || settings.limits().needsTiming()
        ? Measurement.Plan.timed(settings.backend(), SECONDS)
        : Measurement.Plan.sizes(settings.backend());
  }

  /** The model. */
  OnnxGraph original() {
    return OnnxGraph.of(
        OnnxFile.load(model, ImportLimits.defaults()),
        new ImportOptions(dims, Map.of(), model.toString()));
  }

  /** Refuses to write the result over {@code file}. */
  void refuseSame(Path file) {
    if (isSame(file, out)) {
      throw new CompileException(
          DiagnosticCode.OPTION_INVALID,
          SourceRef.file(out.toString()),
          "the result would replace the file it is made from; give another name");
    }
  }

  private static void check(Recipe recipe, Measurement before, Measurement after) {
    Settings settings = recipe.settings();
    Limits limits = settings.limits();
    List<String> exceeded = limits.exceededBy(after, settings.metric(), before.score().orElse(0.0));
    if (limits.accuracyDrop().isPresent() && after.score().isEmpty()) {
      throw new CompileException(
          DiagnosticCode.RECIPE_INVALID,
          SourceRef.file(recipe.name()),
          "'max-accuracy-drop' needs evaluation data; add 'data: evaluation: inputs: FILE'");
    }
    if (!exceeded.isEmpty()) {
      throw new CompileException(
          DiagnosticCode.BUDGET_EXCEEDED,
          SourceRef.file(recipe.name()),
          "the compressed model exceeds the limits and is not written: "
              + String.join("; ", exceeded));
    }
  }

  private Path checkpointFolder() {
    return out.resolveSibling("." + out.getFileName() + ".steps");
  }

  private static boolean isSame(Path a, Path b) {
    if (a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())) {
      return true;
    }
    try {
      return Files.exists(a) && Files.exists(b) && Files.isSameFile(a, b);
    } catch (IOException e) {
      // What cannot be compared cannot be written to either, which is told then.
      return false;
    }
  }
}
