package dev.coppice.compiler.cli;

import dev.coppice.compiler.compress.SweepJob;
import dev.coppice.compiler.compress.report.SweepReport;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.driver.OutputFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code coppice sweep}: the curve of accuracy over the amount of a method. */
@Command(
    name = "sweep",
    description = {
      "Runs one step of a recipe with several amounts, each time on the original model, and judges"
          + " each result: a table, and with --report a drawn curve. Several --step give several"
          + " curves."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  coppice sweep mnist.onnx --recipe data.yaml --report sweep.html \\",
      "      --step '{method: prune-weights, amount: AMOUNT}' \\",
      "      --step '{method: prune-channels, criterion: l2, amount: AMOUNT}'"
    })
final class SweepCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "The ONNX file.")
  private Path model;

  @Option(
      names = "--recipe",
      required = true,
      paramLabel = "FILE",
      description = "A recipe without steps: the data, the metric, the seed.")
  private Path recipe;

  @Option(
      names = "--step",
      required = true,
      paramLabel = "STEP",
      description = "A step in YAML with AMOUNT where the amounts go; may be repeated.")
  private List<String> steps;

  @Option(
      names = "--amounts",
      split = ",",
      paramLabel = "A",
      description = "The amounts (default: .25,.5,.6,.7,.8,.9,.95,.97,.99).")
  private List<Double> amounts = List.of(.25, .5, .6, .7, .8, .9, .95, .97, .99);

  @Option(
      names = "--dim",
      paramLabel = "NAME=SIZE",
      description = "Size of a symbolic dimension; may be repeated.")
  private Map<String, Integer> dims = new LinkedHashMap<>();

  @Option(names = "--report", paramLabel = "FILE", description = "Draws the curves in a web page.")
  private @Nullable Path html;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the points as JSON.")
  private @Nullable Path json;

  @Override
  public Integer call() {
    OutputFile.check(html);
    OutputFile.check(json);
    DiagnosticSink sink = new DiagnosticSink();
    SweepJob.Outcome outcome;
    try (TaskProgress progress = new TaskProgress()) {
      outcome = new SweepJob(model, recipe, steps, amounts, dims).run(sink, progress);
    }
    Failures.print(sink.diagnostics(), spec.commandLine().getErr());
    outcome.text().forEach(spec.commandLine().getOut()::println);
    if (html != null) {
      SweepReport.write(model.toString(), outcome.text(), outcome.drawn(), html);
    }
    if (json != null) {
      OutputFile.write(json, Json.pretty(outcome.json()) + "\n");
    }
    spec.commandLine().getOut().flush();
    return 0;
  }
}
