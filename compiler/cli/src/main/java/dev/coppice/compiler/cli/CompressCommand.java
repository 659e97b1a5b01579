package dev.coppice.compiler.cli;

import dev.coppice.compiler.compress.BudgetJob;
import dev.coppice.compiler.compress.CompressionJob;
import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.Methods;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.report.HtmlReport;
import dev.coppice.compiler.compress.report.JsonReport;
import dev.coppice.compiler.compress.report.RunReport;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.OutputFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code coppice compress}: a smaller or faster model, by recipe or within a budget. */
@Command(
    name = "compress",
    description = {
      "Compresses a model as a recipe says and writes standard ONNX, which 'coppice compile' and"
          + " other runtimes take; with --budget it searches for the recipe. Says what it costs in"
          + " accuracy. The original stays as it is.",
      "",
      "A run that breaks off goes on behind the last finished step when it is started again."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  coppice compress kws.onnx --recipe small.yaml --out kws-small.onnx \\",
      "      --report kws.html",
      "  coppice compress kws.onnx --recipe data.yaml --out kws-small.onnx \\",
      "      --budget 'latency<=0.5ms, weights<=64KiB, drop<=0.5'",
      "",
      "with small.yaml:",
      "",
      "  data:",
      "    calibration: {inputs: train.npz, samples: 0..500} # what decisions may see",
      "    evaluation: {inputs: test.npz, labels: test.csv}  # what judges the result",
      "  metric: top-1",
      "  limits: {max-accuracy-drop: 0.5}",
      "  steps:",
      "    - method: merge",
      "    - method: prune-weights",
      "      amount: 0.8           # fraction removed",
      "      scope: global         # counted over all layers, or in each: layer",
      "      exclude: [conv1]      # names of nodes or initializers",
      "    - method: quantize-weights",
      "      type: int8",
      "",
      "'coppice compress --methods' lists the methods; docs/recipes.md explains each."
    })
final class CompressCommand implements Callable<Integer> {
  /** Decisions of a step that are printed; the report has all. */
  private static final int SHOWN = 12;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", arity = "0..1", description = "The ONNX file.")
  private @Nullable Path model;

  @Option(
      names = "--recipe",
      paramLabel = "FILE",
      description = "What to do, in YAML; see the example. With --budget a recipe without steps.")
  private @Nullable Path recipe;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The compressed model; replaced if it is there.")
  private @Nullable Path out;

  @Option(
      names = "--dim",
      paramLabel = "NAME=SIZE",
      description = "Size of a symbolic dimension; may be repeated.")
  private Map<String, Integer> dims = new LinkedHashMap<>();

  @Option(
      names = "--budget",
      paramLabel = "TERMS",
      description =
          "Searches for steps that keep these limits: latency, weights, macs, arena, drop, e.g."
              + " 'latency<=0.5ms, weights<=64KiB, drop<=0.5'. The drop is in points.")
  private @Nullable String budget;

  @Option(
      names = "--recipe-out",
      paramLabel = "FILE",
      description = "With --budget: the recipe that was found (default: FILE of --out with .yaml).")
  private @Nullable Path recipeOut;

  @Option(names = "--report", paramLabel = "FILE", description = "Writes a report as a web page.")
  private @Nullable Path html;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the report as JSON.")
  private @Nullable Path json;

  @Option(
      names = "--fresh",
      description = "Does all steps, also those that an earlier run has finished.")
  private boolean fresh;

  @Option(names = "--methods", description = "Lists the methods and their keys, and ends.")
  private boolean methods;

  @Override
  public Integer call() {
    PrintWriter text = spec.commandLine().getOut();
    if (methods) {
      listMethods(text);
      return 0;
    }
    if (recipeOut != null && budget == null) {
      throw new ParameterException(spec.commandLine(), "--recipe-out needs --budget");
    }
    CompressionJob job =
        new CompressionJob(
            required(model, "MODEL"),
            required(recipe, "--recipe"),
            required(out, "--out"),
            dims,
            fresh);
    OutputFile.check(html);
    OutputFile.check(json);
    DiagnosticSink sink = new DiagnosticSink();
    try (TaskProgress progress = new TaskProgress()) {
      if (budget == null) {
        CompressionJob.Outcome outcome = job.run(sink, progress);
        print(outcome, text);
        writeReport(outcome, List.of(), sink, progress);
      } else {
        BudgetJob.Outcome found =
            new BudgetJob(job, budget, Optional.ofNullable(recipeOut)).run(sink, progress);
        found.text().forEach(text::println);
        print(found.compression(), text);
        writeReport(found.compression(), found.pareto(), sink, progress);
      }
    }
    Failures.print(sink.diagnostics(), spec.commandLine().getErr());
    return 0;
  }

  private void writeReport(
      CompressionJob.Outcome outcome,
      List<RunReport.ParetoPoint> pareto,
      DiagnosticSink sink,
      TaskProgress progress) {
    if (html == null && json == null) {
      return;
    }
    RunReport report = outcome.report(pareto, sink, progress);
    if (html != null) {
      HtmlReport.write(report, html);
    }
    if (json != null) {
      JsonReport.write(report, json);
    }
  }

  private static void print(CompressionJob.Outcome outcome, PrintWriter text) {
    for (Compressor.StepResult step : outcome.result().steps()) {
      String score =
          step.score().map(s -> ": " + outcome.recipe().settings().metric().text(s)).orElse("");
      text.println(step.method() + score);
      List<Decision> decisions = step.findings().decisions();
      decisions.stream().limit(SHOWN).forEach(d -> text.println("  " + d.text()));
      if (decisions.size() > SHOWN) {
        text.println("  ... and " + (decisions.size() - SHOWN) + " more, which --report shows");
      }
    }
    text.println();
    outcome.summary().forEach(text::println);
    text.flush();
  }

  private static void listMethods(PrintWriter text) {
    for (Method method : Methods.ALL) {
      text.println(method.name());
      text.println("  " + method.summary());
      text.println("  keys: " + String.join(", ", method.keys()));
    }
    text.flush();
  }

  private <T> T required(@Nullable T value, String name) {
    if (value == null) {
      throw new ParameterException(spec.commandLine(), "Missing: " + name);
    }
    return value;
  }
}
