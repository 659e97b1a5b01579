package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a step works on: the model as the steps before left it, data, and where to report. */
public final class Session {
  private final OnnxGraph original;
  private final OnnxGraph graph;
  private final String recipe;
  private final Settings settings;
  private final Optional<Examples> calibration;
  private final Optional<Evaluator> evaluator;
  private final DiagnosticSink notes;
  private final Progress progress;
  private final List<Decision> decisions = new ArrayList<>();
  private final List<Sensitivity> sensitivities = new ArrayList<>();
  private final List<Curve> curves = new ArrayList<>();
  private int line;

  /**
   * A session.
   *
   * @param original the model before the first step; not changed
   * @param graph the model to change
   * @param recipe what diagnostics call the recipe
   * @param calibration examples that decisions may see
   * @param evaluator judges by examples that decisions should not see
   * @param notes receives what the user may want to know
   */
  public Session(
      OnnxGraph original,
      OnnxGraph graph,
      String recipe,
      Settings settings,
      Optional<Examples> calibration,
      Optional<Evaluator> evaluator,
      DiagnosticSink notes,
      Progress progress) {
    this.original = original;
    this.graph = graph;
    this.recipe = recipe;
    this.settings = settings;
    this.calibration = calibration;
    this.evaluator = evaluator;
    this.notes = notes;
    this.progress = progress;
  }

  /** The same for another version of the model, with decisions of its own. */
  public Session fork(OnnxGraph version) {
    Session fork =
        new Session(original, version, recipe, settings, calibration, evaluator, notes, progress);
    fork.line = line;
    return fork;
  }

  /** The same on the calibration examples alone: a judge that decisions may ask. */
  public Optional<Evaluator> calibrationEvaluator() {
    return calibration
        .filter(c -> !settings.metric().needsLabels() || c.label(0).isPresent())
        .map(c -> new Evaluator(c, settings.metric(), settings.backend(), original, where()));
  }

  /** The model before the first step. */
  public OnnxGraph original() {
    return original;
  }

  /** The model; steps change it in place. */
  public OnnxGraph graph() {
    return graph;
  }

  /** What the recipe says beside its steps. */
  public Settings settings() {
    return settings;
  }

  /** The backend that calibrates. */
  public String backend() {
    return settings.backend();
  }

  /** Whether there are calibration examples. */
  public boolean hasCalibration() {
    return calibration.isPresent();
  }

  /**
   * The calibration examples.
   *
   * @param why what they are needed for, e.g. {@code method 'quantize'}
   * @throws CompileException if the recipe names none
   */
  public Examples calibration(String why) {
    return calibration.orElseThrow(
        () ->
            new CompileException(
                DiagnosticCode.RECIPE_INVALID,
                where(),
                why + " needs calibration data; add 'data: calibration: inputs: FILE'"));
  }

  /** The judge, where the recipe names evaluation data. */
  public Optional<Evaluator> evaluator() {
    return evaluator;
  }

  /**
   * The layers that {@code selection} takes; names that the model lacks are reported.
   *
   * @throws CompileException if a name fits nothing, or there are no layers at all
   */
  public List<Layer> select(LayerSelection selection) {
    if (Layer.of(graph).isEmpty()) {
      DiagnosticSink problems = new DiagnosticSink();
      problems.report(DiagnosticCode.NO_WEIGHTS, SourceRef.file(graph.name()));
      problems.throwIfErrors();
    }
    return select(selection, Layer.of(graph), Layer::names);
  }

  /**
   * Those of {@code all} that {@code selection} takes; names that none has are reported.
   *
   * @param names the names by which a recipe can mean one
   * @throws CompileException if a name fits nothing
   */
  public <T> List<T> select(
      LayerSelection selection, List<T> all, Function<T, List<String>> names) {
    DiagnosticSink problems = new DiagnosticSink();
    List<T> taken = selection.of(all, names, recipe, problems);
    problems.throwIfErrors();
    return taken;
  }

  /** Says what was decided. */
  public void decide(String layer, String what, String why) {
    decisions.add(new Decision(layer, what, why));
  }

  /** Says what a change to one layer alone costs; see {@link Sensitivity}. */
  public void sensitivity(String layer, String amount, String metric, double drop) {
    sensitivities.add(new Sensitivity(layer, amount, metric, drop));
  }

  /** Keeps what was measured on the way to a decision, for the report. */
  public void record(Curve curve) {
    curves.add(curve);
  }

  /** What the step had to tell so far. */
  public Findings findings() {
    return new Findings(decisions, sensitivities, curves);
  }

  /** Where the user is told things. */
  public DiagnosticSink notes() {
    return notes;
  }

  /** Tells how far the step is. */
  public void progress(String task, int done, int of) {
    progress.at(task, done, of);
  }

  /** The step of the recipe that is running. */
  public SourceRef where() {
    SourceRef file = SourceRef.file(recipe);
    return line > 0 ? file.atLine(line) : file;
  }

  /** Says which line of the recipe is running. */
  public void at(int recipeLine) {
    line = recipeLine;
  }
}
