package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.FileProblem;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.CompileResult;
import dev.coppice.compiler.driver.DirectorySink;
import dev.coppice.compiler.driver.ImportedModel;
import dev.coppice.compiler.driver.InspectionText;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.measure.KernelTimer;
import dev.coppice.compiler.driver.measure.ScheduleTuner;
import dev.coppice.compiler.emit.EmitOptions.WeightStorage;
import dev.coppice.compiler.emit.GeneratedModel;
import dev.coppice.compiler.emit.GeneratedModel.VectorApi;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code coppice compile}: writes the generated class and its weights. */
@Command(
    name = "compile",
    description = "Compiles a model to Java source and writes it with its weights below a folder.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  coppice compile kws.onnx --class com.acme.Kws --out src/main/generated",
      "",
      "writes com/acme/Kws.java and its kernels, and com/acme/Kws.weights, which",
      "belongs on the class path beside the class. The program then needs",
      "coppice-runtime-min and runs the model:",
      "",
      "  Kws kws = new Kws();",
      "  kws.run(features, scores);",
      "",
      "  coppice compile kws.onnx --class com.acme.Kws --out src/main/generated \\",
      "      --tune --schedules kws.schedules",
      "",
      "also measures schedules and writes the fastest to kws.schedules, which belongs",
      "to the model's sources: without --tune the file is read and nothing is measured."
    })
final class CompileCommand implements Callable<Integer> {
  private static final long CHECK_SEED = 1;

  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(
      names = "--class",
      required = true,
      paramLabel = "NAME",
      description = "Fully qualified name of the generated class, such as com.acme.Kws.")
  private String className;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Folder for sources and, unless --resources names another, resources.")
  private Path out;

  @Option(names = "--resources", paramLabel = "DIR", description = "Folder for resources.")
  private @Nullable Path resources;

  @Option(
      names = "--weights",
      paramLabel = "WHERE",
      defaultValue = "resource",
      description =
          "Where weights go: resource, one binary file beside the class, or source, string "
              + "constants for JVMs without resources (default: ${DEFAULT-VALUE}).")
  private WeightStorage weights;

  @Option(
      names = "--tune",
      description = {
        "Measure on this machine every schedule of every layer that has several, write the fastest"
            + " to the file that --schedules names, and compile with them. Seconds to a minute;"
            + " best on a machine that has nothing else to do.",
      })
  private boolean tune;

  @Option(
      names = "--check-numerics",
      description =
          "Run the model before and after every pass in the reference interpreter and stop at "
              + "the first pass that changes its results. Slow; for finding bugs.")
  private boolean checkNumerics;

  @Option(
      names = "--dump",
      paramLabel = "DIR",
      description = "Write the text of the graph after every pass to this folder.")
  private @Nullable Path dump;

  @Override
  public Integer call() {
    if (tune && model.schedules().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--tune needs --schedules FILE, where the fastest are written");
    }
    CompileRequest asked = tune ? model.predicted(className) : model.request(className);
    ImportedModel imported = ModelCompiler.load(asked);
    CompileRequest request =
        tune
            ? ScheduleTuner.tune(
                imported,
                asked,
                model.schedules().orElseThrow(),
                KernelTimer.of(System::nanoTime),
                spec.commandLine().getErr()::println)
            : asked;
    request = request.withWeights(weights);
    request = checkNumerics ? request.checkingNumerics(CHECK_SEED) : request;
    request = dump == null ? request : request.dumpingTo(dump);
    CompileResult result = ModelCompiler.compile(imported, request);
    try {
      new DirectorySink(out, resources == null ? out : resources).write(result.generated());
    } catch (IOException e) {
      throw new CompileException(
          DiagnosticCode.OUTPUT_FAILED, SourceRef.NONE, "the output", FileProblem.of(e));
    }
    Failures.print(result.notes(), spec.commandLine().getErr());
    print(result);
    return 0;
  }

  private void print(CompileResult result) {
    PrintWriter text = spec.commandLine().getOut();
    CompileReport report = result.report();
    text.println(
        ("%s: %d source files, %d resources, %s MACs, weights %s bytes, stored in %s, arena %s"
                + " bytes")
            .formatted(
                className,
                result.generated().sources().size(),
                result.generated().resources().size(),
                InspectionText.number(report.macs()),
                InspectionText.number(report.weightBytes()),
                InspectionText.number(report.stored().fileBytes()),
                InspectionText.number(report.arenaBytes())));
    if (result.generated().vectorApi() != VectorApi.UNUSED) {
      text.println(
          InspectionText.row(
              "javac", String.join(" ", GeneratedModel.javacOptions(List.of(result.generated())))));
    }
    report.notes().forEach(n -> text.println(InspectionText.row("decision", n)));
  }
}
