package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.driver.OutputFile;
import dev.coppice.compiler.driver.conformance.CaseResult;
import dev.coppice.compiler.driver.conformance.ConformanceCase;
import dev.coppice.compiler.driver.conformance.ConformanceRun;
import dev.coppice.compiler.driver.conformance.Verdict;
import dev.coppice.compiler.emit.Emitters;
import java.io.PrintWriter;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code coppice conformance}: runs the ONNX backend test data. */
@Command(
    name = "conformance",
    description = {
      "Runs every case of the ONNX backend test data below a folder: compiles its model, runs the "
          + "class on its data sets and compares the outputs (relative tolerance 1e-3, absolute "
          + "1e-7). Each case passes, is refused with a diagnostic, is wrong, or crashes."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:No case is wrong and none crashes.",
      "1:Some are or do.",
      "2:There is no case below the folder."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  coppice conformance onnx/backend/test/data/node --json node.json",
      "  coppice conformance onnx/backend/test/data --filter 'test_resize_*' \\",
      "      --backend interpreter"
    })
final class ConformanceCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "DIR",
      description =
          "Folder of cases such as node, a folder of such folders, or one case: a folder with "
              + "model.onnx and test_data_set_*.")
  private Path dir;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = CompileRequest.PORTABLE,
      completionCandidates = Backends.class,
      description = "What runs the cases: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private String backend;

  @Option(
      names = "--filter",
      paramLabel = "GLOB",
      description = "Run only the cases whose name matches, such as 'test_conv*'.")
  private @Nullable String filter;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "Batches of cases to work on at a time (default: one a processor).")
  private int jobs = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the result of every case to this file.")
  private @Nullable Path json;

  /** The names that {@code --backend} takes. */
  static final class Backends implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      List<String> names = new ArrayList<>(Emitters.names());
      names.add(ConformanceRun.INTERPRETER);
      return names.iterator();
    }
  }

  @Override
  public Integer call() {
    check();
    OutputFile.check(json);
    List<ConformanceCase> cases = cases();
    List<CaseResult> results;
    try (Progress progress = new Progress("conformance", cases.size())) {
      results = new ConformanceRun(backend, jobs, r -> progress.step()).run(cases);
    }
    ConformanceTable table = ConformanceTable.of(results);
    PrintWriter out = spec.commandLine().getOut();
    for (CaseResult r : results) {
      if (r.verdict() == Verdict.WRONG || r.verdict() == Verdict.CRASHED) {
        out.println(r.verdict().label() + "  " + r.testCase().id() + "  " + r.detail());
      }
    }
    table.print(out);
    if (json != null) {
      OutputFile.write(json, Json.pretty(table.json(backend)) + "\n");
    }
    return table.count(Verdict.WRONG) + table.count(Verdict.CRASHED) == 0 ? 0 : Failures.WRONG;
  }

  private void check() {
    List<String> backends = new ArrayList<>();
    new Backends().forEach(backends::add);
    if (!backends.contains(backend)) {
      throw new ParameterException(
          spec.commandLine(),
          "there is no backend '" + backend + "'; there is " + String.join(", ", backends));
    }
    if (jobs < 1) {
      throw new ParameterException(spec.commandLine(), "--jobs must be at least 1, not " + jobs);
    }
  }

  private List<ConformanceCase> cases() {
    List<ConformanceCase> cases = ConformanceCase.below(dir);
    if (filter == null) {
      return cases;
    }
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + filter);
    List<ConformanceCase> chosen =
        cases.stream().filter(c -> matcher.matches(Path.of(c.name()))).toList();
    if (chosen.isEmpty()) {
      throw new CompileException(
          DiagnosticCode.DATA_INVALID,
          SourceRef.file(dir.toString()),
          "none of its " + cases.size() + " cases matches '" + filter + "'");
    }
    return chosen;
  }
}
