package dev.coppice.compiler.compress;

import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads recipes.
 *
 * <pre>
 * steps:
 *   - method: prune
 *     kind: magnitude
 *     amount: 0.8          # fraction removed
 *     scope: global        # or layer
 *     layers: ["conv*"]    # optional, names of nodes or initializers; exclude: likewise
 *   - method: quantize
 *     kind: int8
 *     granularity: channel # or tensor
 * </pre>
 */
public final class RecipeReader {
  private static final List<String> METHODS = List.of("prune", "quantize");
  private static final List<String> PRUNE_KEYS =
      List.of("method", "kind", "amount", "scope", "layers", "exclude");
  private static final List<String> QUANTIZE_KEYS =
      List.of("method", "kind", "granularity", "layers", "exclude");
  private static final List<String> STEP_KEYS =
      List.of("method", "kind", "amount", "scope", "granularity", "layers", "exclude");

  private final SourceRef file;
  private final String name;
  private final DiagnosticSink sink;

  private RecipeReader(String name, DiagnosticSink sink) {
    this.name = name;
    this.file = SourceRef.file(name);
    this.sink = sink;
  }

  /** The recipe in {@code file}; empty, and every problem reported, if it is not valid. */
  public static Optional<Recipe> read(Path file, DiagnosticSink sink) {
    try {
      return parse(Files.readString(file), file.toString(), sink);
    } catch (CharacterCodingException e) {
      sink.report(
          DiagnosticCode.RECIPE_INVALID, SourceRef.file(file.toString()), "the file is not UTF-8");
    } catch (IOException e) {
      sink.report(
          DiagnosticCode.FILE_UNREADABLE,
          SourceRef.file(file.toString()),
          Files.exists(file) ? "cannot be read: " + e.getMessage() : "no such file");
    }
    return Optional.empty();
  }

  /** The recipe in {@code text}; see {@link #read}. */
  public static Optional<Recipe> parse(String text, String name, DiagnosticSink sink) {
    return new RecipeReader(name, sink).recipe(text);
  }

  private Optional<Recipe> recipe(String text) {
    LoadSettings settings = LoadSettings.builder().setLabel(name).setUseMarks(true).build();
    int before = sink.diagnostics().size();
    Optional<Node> root;
    try {
      root = new Compose(settings).composeString(text);
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      sink.report(
          DiagnosticCode.RECIPE_INVALID, file.atLine(line), "this is not YAML: " + e.getProblem());
      return Optional.empty();
    } catch (YamlEngineException e) {
      sink.report(
          DiagnosticCode.RECIPE_INVALID,
          file,
          "this is not YAML: " + firstLine(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
    if (root.isEmpty()) {
      sink.report(DiagnosticCode.RECIPE_INVALID, file, "the recipe is empty, expected 'steps'");
      return Optional.empty();
    }
    List<Recipe.Step> steps = new ArrayList<>();
    YamlMap.of(root.get(), "a recipe", List.of("steps"), file, sink)
        .ifPresent(map -> readSteps(map, steps));
    return sink.diagnostics().size() == before
        ? Optional.of(new Recipe(name, steps))
        : Optional.empty();
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("malformed");
  }

  private void readSteps(YamlMap map, List<Recipe.Step> steps) {
    List<Node> nodes = map.sequence("steps", "steps");
    if (nodes.isEmpty()) {
      map.report("there are no steps");
    }
    for (Node node : nodes) {
      // Which keys are known depends on the method, which is found among all of them.
      Optional<String> method = method(node, new DiagnosticSink());
      if (method.isEmpty()) {
        method(node, sink);
      } else if (method.get().equals("prune")) {
        YamlMap.of(node, "a prune step", PRUNE_KEYS, file, sink)
            .flatMap(RecipeReader::prune)
            .ifPresent(steps::add);
      } else {
        YamlMap.of(node, "a quantize step", QUANTIZE_KEYS, file, sink)
            .flatMap(RecipeReader::quantize)
            .ifPresent(steps::add);
      }
    }
  }

  private Optional<String> method(Node node, DiagnosticSink problems) {
    return YamlMap.of(node, "a step", STEP_KEYS, file, problems)
        .flatMap(m -> m.choice("method", METHODS));
  }

  private static Optional<Recipe.Step> prune(YamlMap map) {
    Optional<String> kind = map.choiceOrFirst("kind", List.of("magnitude"));
    OptionalDouble amount = map.number("amount", 0, 1);
    Optional<String> scope = map.choiceOrFirst("scope", List.of("layer", "global"));
    LayerSelection selection = selection(map);
    if (kind.isEmpty() || amount.isEmpty() || scope.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Recipe.Prune(
            amount.getAsDouble(),
            scope.get().equals("global") ? Recipe.Scope.GLOBAL : Recipe.Scope.LAYER,
            selection));
  }

  private static Optional<Recipe.Step> quantize(YamlMap map) {
    Optional<String> kind = map.choiceOrFirst("kind", List.of("int8"));
    Optional<String> granularity = map.choiceOrFirst("granularity", List.of("channel", "tensor"));
    LayerSelection selection = selection(map);
    return kind.isEmpty() || granularity.isEmpty()
        ? Optional.empty()
        : Optional.of(new Recipe.Quantize(granularity.get().equals("channel"), selection));
  }

  private static LayerSelection selection(YamlMap map) {
    return new LayerSelection(map.globs("layers"), map.globs("exclude"));
  }
}
