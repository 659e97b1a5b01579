package dev.coppice.compiler.compress.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Methods;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.diag.DiagnosticSink;
import java.nio.file.Path;
import java.util.Optional;

/** Recipes on graphs with examples in memory, for tests. */
public final class Recipes {
  private Recipes() {}

  /** What one step does to a copy of {@code graph}, e.g. {@code share, clusters: 4}. */
  public static Session step(OnnxGraph graph, String step) {
    return run(graph, "steps: [{method: %s}]".formatted(step));
  }

  /** What the steps of {@code recipe} do to a copy of {@code graph} without calibration. */
  public static Session run(OnnxGraph graph, String recipe) {
    return run(graph, Optional.empty(), recipe);
  }

  /**
   * What the steps of {@code recipe} do to a copy of {@code graph}.
   *
   * @param calibration examples, as if the recipe named them
   */
  public static Session run(OnnxGraph graph, Optional<Examples> calibration, String recipe) {
    DiagnosticSink sink = new DiagnosticSink();
    Optional<Recipe> read =
        RecipeReader.parse(recipe, "recipe.yaml", Path.of(""), Methods.ALL, sink);
    sink.throwIfErrors();
    Recipe steps = read.orElseThrow();
    Session session =
        new Session(
            graph,
            graph.copy(),
            "recipe.yaml",
            steps.settings(),
            calibration,
            Optional.empty(),
            sink,
            Progress.NONE);
    for (Recipe.Stage stage : steps.steps()) {
      session.at(stage.line());
      stage.step().apply(session);
    }
    return session;
  }

  /**
   * Asserts that a recipe of the one {@code step} is refused with {@code problem} in the message.
   */
  public static void assertProblem(String step, String problem) {
    String problems = problems("steps: [{method: %s}]".formatted(step));
    assertTrue(problems.contains(problem), problems);
  }

  /** What is reported of {@code recipe}, a line a problem. */
  public static String problems(String recipe) {
    DiagnosticSink sink = new DiagnosticSink();
    RecipeReader.parse(recipe, "recipe.yaml", Path.of(""), Methods.ALL, sink);
    StringBuilder text = new StringBuilder();
    sink.diagnostics().forEach(d -> text.append(d).append('\n'));
    return text.toString();
  }
}
