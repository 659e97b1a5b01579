package dev.coppice.examples.benchmarks.compression;

import dev.coppice.compiler.cli.against.SideBySide;
import dev.coppice.compiler.cli.against.SideBySide.Durations;
import dev.coppice.compiler.cli.against.SideBySide.Latency;
import dev.coppice.compiler.compress.BudgetJob;
import dev.coppice.compiler.compress.CompressionJob;
import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Recipe;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.Shared;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compresses real networks in many ways and writes what it costs and gains as a table. */
@Command(
    name = "compression",
    description = "Compresses real networks and measures accuracy, bytes, operations and time.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:All rows show what is asked.", "1:Some do not.", "2:Refused."})
public final class CompressionResults implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "Part of the name of a row (default: all).")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--shared",
      paramLabel = "DIR",
      description = "Folder with models and data (default: ../shared).")
  private @Nullable Path shared;

  @Option(
      names = "--recipes",
      paramLabel = "DIR",
      defaultValue = "examples/benchmarks/recipes",
      description = "Recipes with the data of each network (default: ${DEFAULT-VALUE}).")
  private Path recipes;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "3",
      description = "Time to compare the latencies of a row, 0 not to (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "examples/benchmarks/target/compression",
      description = "Where models, recipes and the table go (default: ${DEFAULT-VALUE}).")
  private Path out;

  /** Runs the command. */
  public static void main(String[] args) {
    PrintWriter err = new PrintWriter(System.err, true);
    System.exit(
        new CommandLine(new CompressionResults())
            .setExecutionExceptionHandler(
                (e, commandLine, parsed) -> {
                  if (e instanceof CompileException c) {
                    c.diagnostics().forEach(d -> err.println(d.text()));
                  } else {
                    e.printStackTrace(err);
                  }
                  return 2;
                })
            .execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Path folder =
        Optional.ofNullable(shared)
            .or(Shared::folder)
            .orElseThrow(
                () -> new UnsupportedOperationException("there is no folder ../shared; --shared"));
    List<Row> rows = new ArrayList<>();
    for (Experiment experiment : Experiments.all()) {
      if (names.isEmpty() || names.stream().anyMatch(experiment.name()::contains)) {
        rows.add(run(experiment, folder));
        String table = CompressionTable.markdown(rows, machine());
        Files.createDirectories(out);
        Files.writeString(out.resolve("compression.md"), table);
        PrintWriter text = spec.commandLine().getOut();
        text.println(
            table
                .lines()
                .filter(l -> l.startsWith("| " + experiment.name()))
                .findFirst()
                .orElse(""));
        text.flush();
      }
    }
    return rows.stream().allMatch(Row::holds) ? 0 : 1;
  }

  private static List<String> machine() {
    return List.of(
        "JDK " + Runtime.version().feature(),
        Runtime.getRuntime().availableProcessors() + " processors");
  }

  private Row run(Experiment experiment, Path folder) throws IOException {
    String name = experiment.name().replace(' ', '-');
    Path model = folder.resolve("models").resolve(experiment.model()).resolve("model.onnx");
    Path recipe = out.resolve(name + ".yaml");
    Path compressed = out.resolve(name + ".onnx");
    Files.createDirectories(out);
    Files.writeString(recipe, recipe(experiment, folder));
    CompressionJob job = new CompressionJob(model, recipe, compressed, Map.of(), true);
    DiagnosticSink sink = new DiagnosticSink();
    List<String> notes = new ArrayList<>();
    CompressionJob.Outcome outcome;
    if (experiment.budget().isPresent()) {
      Path found = out.resolve(name + "-found.yaml");
      BudgetJob search = new BudgetJob(job, experiment.budget().get(), Optional.of(found));
      outcome = search.run(sink, (task, done, of) -> {}).compression();
      notes.add(reproduces(model, found, compressed));
    } else {
      outcome = job.run(sink, (task, done, of) -> {});
    }
    Recipe steps = outcome.recipe();
    OnnxGraph before = outcome.result().original();
    OnnxGraph after = outcome.result().compressed();
    Examples examples = steps.settings().evaluation().orElseThrow().open(Compressor.ports(before));
    return new Row(
        experiment,
        steps.steps().stream().map(Recipe.Stage::text).toList(),
        steps.settings().metric(),
        outcome.before(),
        outcome.after(),
        examples.count(),
        RuntimePredictions.agreement(after, examples, steps.settings().backend()),
        faster(before, after, examples.inputs(0)),
        notes);
  }

  /** The recipe with the network's data, and the steps. */
  private String recipe(Experiment experiment, Path folder) throws IOException {
    StringBuilder text =
        new StringBuilder(Files.readString(recipes.resolve(experiment.model() + ".yaml")));
    text.append("data-folder: '")
        .append(folder.resolve("data").toAbsolutePath().normalize())
        .append("'\n");
    if (!experiment.steps().isEmpty()) {
      text.append("steps:\n");
      experiment.steps().forEach(s -> text.append("  - ").append(s).append('\n'));
    }
    return text.toString();
  }

  private String reproduces(Path model, Path found, Path compressed) throws IOException {
    Path again = out.resolve("again.onnx");
    new CompressionJob(model, found, again, Map.of(), true)
        .run(new DiagnosticSink(), (task, done, of) -> {});
    boolean equal = Files.mismatch(compressed, again) < 0;
    Files.delete(again);
    return "The recipe that was found gives "
        + (equal ? "the same file, byte for byte." : "**another file**.");
  }

  /** Both classes in turns, on each backend. */
  private Map<String, Double> faster(OnnxGraph before, OnnxGraph after, List<Tensor> inputs) {
    Map<String, Double> faster = new LinkedHashMap<>();
    for (String backend : seconds > 0 ? List.of("portable", "vector") : List.<String>of()) {
      Runnable old = task(before, inputs, backend);
      Runnable now = task(after, inputs, backend);
      List<Latency> latencies =
          SideBySide.measure(List.of(old, now), Durations.ofSeconds(seconds), () -> {});
      faster.put(backend, latencies.get(0).medianMicros() / latencies.get(1).medianMicros());
    }
    return faster;
  }

  private static Runnable task(OnnxGraph graph, List<Tensor> inputs, String backend) {
    var loaded = CompiledModel.of(graph, List.of(), backend).loaded();
    var instance = loaded.newInstance();
    instance.warmUp();
    Object[] arrays = loaded.arrays(inputs);
    return () -> instance.accept(arrays);
  }
}
