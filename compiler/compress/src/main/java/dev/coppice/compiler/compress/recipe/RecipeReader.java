package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads recipes, which docs/recipes.md describes. */
public final class RecipeReader {
  private static final List<String> RECIPE_KEYS =
      List.of("seed", "backend", "data-folder", "data", "metric", "limits", "steps");
  private static final List<String> DATA_KEYS = List.of("calibration", "selection", "evaluation");
  private static final List<String> STEP_KEYS = List.of("method", "layers", "exclude", "seed");
  private static final List<String> LIMIT_KEYS =
      List.of(
          "max-accuracy-drop", "max-weight-bytes", "max-macs", "max-arena-bytes", "max-latency");

  private final List<Method> methods;
  private final SourceRef file;
  private final String name;
  private final Path folder;
  private final DiagnosticSink sink;

  private RecipeReader(List<Method> methods, String name, Path folder, DiagnosticSink sink) {
    this.methods = methods;
    this.name = name;
    this.folder = folder;
    this.file = SourceRef.file(name);
    this.sink = sink;
  }

  /**
   * The recipe in {@code file}; empty, and every problem reported, if it is not valid. Data is
   * looked for beside it.
   *
   * @param methods what steps may name
   */
  public static Optional<Recipe> read(Path file, List<Method> methods, DiagnosticSink sink) {
    try {
      Path folder = Optional.ofNullable(file.getParent()).orElse(Path.of(""));
      return parse(text(file), file.toString(), folder, methods, sink);
    } catch (CompileException e) {
      e.diagnostics().forEach(sink::report);
      return Optional.empty();
    }
  }

  /**
   * The text of a recipe.
   *
   * @throws CompileException if {@code file} cannot be read or is not UTF-8
   */
  public static String text(Path file) {
    SourceRef where = SourceRef.file(file.toString());
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new CompileException(DiagnosticCode.RECIPE_INVALID, where, "the file is not UTF-8");
    } catch (IOException e) {
      throw new CompileException(
          DiagnosticCode.FILE_UNREADABLE,
          where,
          Files.exists(file) ? "cannot be read: " + FileProblem.of(e) : "no such file");
    }
  }

  /** The recipe in {@code text}, its data in {@code folder}; see {@link #read}. */
  public static Optional<Recipe> parse(
      String text, String name, Path folder, List<Method> methods, DiagnosticSink sink) {
    return new RecipeReader(methods, name, folder, sink).recipe(text);
  }

  /**
   * What the recipe in {@code text} says beside its steps, of which there must be none.
   *
   * @param folder where data is looked for
   */
  public static Optional<Settings> parseSettings(
      String text, String name, Path folder, DiagnosticSink sink) {
    RecipeReader reader = new RecipeReader(List.of(), name, folder, sink);
    int before = sink.diagnostics().size();
    Optional<Settings> settings =
        reader
            .root(text)
            .flatMap(r -> YamlMap.of(r, "a recipe", RECIPE_KEYS, reader.file, sink))
            .map(
                map -> {
                  if (map.has("steps")) {
                    map.report("steps", "is given, but the steps are what is searched for");
                  }
                  return reader.settings(map);
                });
    return sink.diagnostics().size() == before ? settings : Optional.empty();
  }

  /** Reports the steps of the recipe in {@code text} that name none of {@code methods}. */
  public static void checkMethods(
      String text, String name, List<Method> methods, DiagnosticSink sink) {
    RecipeReader reader = new RecipeReader(methods, name, Path.of(""), sink);
    reader
        .root(text)
        .flatMap(r -> YamlMap.of(r, "a recipe", RECIPE_KEYS, reader.file, sink))
        .ifPresent(map -> map.sequence("steps", "steps").forEach(reader::method));
  }

  private Optional<Recipe> recipe(String text) {
    int before = sink.diagnostics().size();
    Optional<Recipe> recipe =
        root(text)
            .flatMap(r -> YamlMap.of(r, "a recipe", RECIPE_KEYS, file, sink))
            .map(map -> recipe(map, text));
    return sink.diagnostics().size() == before ? recipe : Optional.empty();
  }

  private Optional<Node> root(String text) {
    LoadSettings settings = LoadSettings.builder().setLabel(name).setUseMarks(true).build();
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
    }
    return root;
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("malformed");
  }

  private Recipe recipe(YamlMap map, String text) {
    Settings settings = settings(map);
    List<Node> nodes = map.sequence("steps", "steps");
    if (nodes.isEmpty()) {
      map.report("there are no steps");
    }
    List<Recipe.Stage> stages = new ArrayList<>();
    for (Node node : nodes) {
      stage(node, text, settings.seed()).ifPresent(stages::add);
    }
    return new Recipe(name, settings, stages);
  }

  private Settings settings(YamlMap map) {
    long seed = map.has("seed") ? map.integer("seed", 0, Integer.MAX_VALUE).orElse(0) : 1;
    String backend = map.choiceOrFirst("backend", List.of("portable", "vector")).orElse("portable");
    Path data = map.text("data-folder").map(folder::resolve).orElse(folder);
    Optional<YamlMap> sources = map.map("data", "data", DATA_KEYS);
    Optional<Metric> metric = map.text("metric").flatMap(Metric::named);
    if (map.has("metric") && metric.isEmpty()) {
      map.report("metric", "is unknown, expected one of " + String.join(", ", Metric.names()));
    }
    Limits limits =
        map.map("limits", "limits", LIMIT_KEYS).map(RecipeReader::limits).orElse(Limits.NONE);
    return new Settings(
        seed,
        backend,
        sources.flatMap(s -> ExampleFiles.read(s, "calibration", data)),
        sources.flatMap(s -> ExampleFiles.read(s, "selection", data)),
        sources.flatMap(s -> ExampleFiles.read(s, "evaluation", data)),
        metric.orElse(Metric.TOP_1),
        limits);
  }

  private static Limits limits(YamlMap map) {
    return new Limits(
        map.has("max-accuracy-drop")
            ? map.number("max-accuracy-drop", 0, 1e9)
            : OptionalDouble.empty(),
        limit(map, "max-weight-bytes", Quantity.BYTES),
        limit(map, "max-macs", Quantity.COUNT),
        limit(map, "max-arena-bytes", Quantity.BYTES),
        map.has("max-latency")
            ? map.value("max-latency", Quantity.MICROS)
            : OptionalDouble.empty());
  }

  private static OptionalLong limit(YamlMap map, String key, Quantity quantity) {
    return map.has(key) ? map.quantity(key, quantity) : OptionalLong.empty();
  }

  private Optional<Recipe.Stage> stage(Node node, String text, long seed) {
    return method(node).flatMap(m -> stage(m, node, text, seed));
  }

  /** The method that a step names; otherwise that is reported. */
  private Optional<Method> method(Node node) {
    List<String> all = keys(methods);
    List<String> names = methods.stream().map(Method::name).toList();
    // Which keys are known depends on the method, which is found among all of them.
    DiagnosticSink later = new DiagnosticSink();
    Optional<Method> method =
        YamlMap.of(node, "a step", all, file, later)
            .flatMap(m -> m.choice("method", names))
            .flatMap(n -> methods.stream().filter(m -> m.name().equals(n)).findFirst());
    if (method.isEmpty()) {
      YamlMap.of(node, "a step", all, file, sink).ifPresent(m -> m.choice("method", names));
    }
    return method;
  }

  private Optional<Recipe.Stage> stage(Method method, Node node, String text, long seed) {
    return YamlMap.of(node, "a " + method.name() + " step", keys(List.of(method)), file, sink)
        .flatMap(m -> method.read(new StepOptions(m, seed)))
        .map(step -> new Recipe.Stage(method.name(), YamlMap.line(node), source(node, text), step));
  }

  /** The keys of every step and of these methods; methods that draw numbers name the seed, too. */
  private static List<String> keys(List<Method> methods) {
    return Stream.concat(STEP_KEYS.stream(), methods.stream().flatMap(m -> m.keys().stream()))
        .distinct()
        .toList();
  }

  private static String source(Node node, String text) {
    int from = node.getStartMark().map(Mark::getIndex).orElse(0);
    int to = node.getEndMark().map(Mark::getIndex).orElse(text.length());
    int[] points = text.codePoints().toArray();
    return new String(points, from, Math.min(to, points.length) - from).strip();
  }
}
