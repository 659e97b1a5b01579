package dev.coppice.compiler.compress.testing;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.Methods;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.recipe.ExampleSource;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.compress.recipe.RecipeReader;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.lowering.Port;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs recipes on the {@link DigitsNetwork}: calibration on what trained it, no evaluation. */
public final class DigitsRecipe {
  private DigitsRecipe() {}

  /** The network of seed 0 compressed by a recipe of these steps. */
  public static Compressor.Result compress(String steps) {
    return compress(DigitsNetwork.of(0), steps, 200);
  }

  /** A network compressed by a recipe of these steps, with so many calibration examples. */
  public static Compressor.Result compress(DigitsNetwork network, String steps, int examples) {
    DiagnosticSink sink = new DiagnosticSink();
    Optional<Recipe> read =
        RecipeReader.parse(steps, "recipe.yaml", Path.of(""), Methods.ALL, sink);
    sink.throwIfErrors();
    Recipe recipe = read.orElseThrow();
    Settings given = recipe.settings();
    Settings settings =
        new Settings(
            given.seed(),
            given.backend(),
            Optional.of(source(network.training().first(examples))),
            Optional.empty(),
            Optional.empty(),
            Metric.TOP_1,
            given.limits());
    return Compressor.compress(
        network.graph(),
        new Recipe(recipe.name(), settings, recipe.steps()),
        new DiagnosticSink(),
        Progress.NONE);
  }

  private static ExampleSource source(Examples examples) {
    return new ExampleSource() {
      @Override
      public String name() {
        return "digits";
      }

      @Override
      public String fingerprint() {
        return "digits";
      }

      @Override
      public Examples open(List<Port> inputs) {
        return examples;
      }
    };
  }
}
