package dev.coppice.compiler.driver.conformance;

import dev.coppice.compiler.driver.conformance.CaseBackend.Executable;
import dev.coppice.compiler.onnx.ModelOverview;
import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Imports, compiles, loads and runs cases, and compares their outputs with the expected ones. */
public final class ConformanceRun {
  /** The name of the backend that runs no generated code. */
  public static final String INTERPRETER = "interpreter";

  /** Cases that go through one run of javac. */
  private static final int BATCH = 40;

  private final CaseBackend backend;
  private final int jobs;
  private final Consumer<CaseResult> progress;

  /**
   * A run.
   *
   * @param backend {@link #INTERPRETER} or a name that {@link dev.coppice.compiler.emit.Emitters}
   *     knows
   * @param jobs batches to work on at a time
   * @param progress is told of each result as it comes, from any thread
   */
  public ConformanceRun(String backend, int jobs, Consumer<CaseResult> progress) {
    this.backend =
        backend.equals(INTERPRETER) ? CaseBackend.interpreter() : new CompiledBackend(backend);
    this.jobs = jobs;
    this.progress = progress;
  }

  /** What comes of each of {@code cases}, in their order. */
  public List<CaseResult> run(List<ConformanceCase> cases) {
    ExecutorService workers = Executors.newFixedThreadPool(jobs);
    try {
      List<Future<List<CaseResult>>> batches = new ArrayList<>();
      for (int from = 0; from < cases.size(); from += BATCH) {
        List<ConformanceCase> batch = cases.subList(from, Math.min(cases.size(), from + BATCH));
        batches.add(workers.submit(() -> runBatch(batch)));
      }
      List<CaseResult> results = new ArrayList<>();
      for (Future<List<CaseResult>> batch : batches) {
        results.addAll(batch.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the run was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("compiler bug: a conformance batch failed", e);
    } finally {
      workers.shutdownNow();
    }
  }

  private List<CaseResult> runBatch(List<ConformanceCase> batch) {
    List<Attempt<List<ImportedCase>>> imports =
        batch.stream().map(c -> Attempt.of(() -> ImportedCase.of(c))).toList();
    List<ImportedCase> imported = new ArrayList<>();
    for (Attempt<List<ImportedCase>> a : imports) {
      if (a.value() != null) {
        imported.addAll(a.value());
      }
    }
    List<Attempt<Executable>> executables = backend.load(imported);
    List<CaseResult> results = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < batch.size(); i++) {
      ConformanceCase c = batch.get(i);
      List<String> operators = operators(c);
      Attempt<List<ImportedCase>> a = imports.get(i);
      CaseResult result = new CaseResult(c, Verdict.PASS, "", "", operators, List.of());
      if (a.failure() != null) {
        result = CaseResult.failed(c, operators, a.failure());
      } else if (a.value() != null) {
        for (ImportedCase one : a.value()) {
          result = execute(one, executables.get(next++), operators).or(result);
        }
      }
      progress.accept(result);
      results.add(result);
    }
    return results;
  }

  private CaseResult execute(ImportedCase c, Attempt<Executable> loaded, List<String> operators) {
    Executable executable = loaded.value();
    Attempt<Optional<String>> difference =
        executable == null
            ? new Attempt<>(null, loaded.failure())
            : Attempt.of(
                () ->
                    OutputComparison.of(c.model().graph())
                        .difference(
                            c.expected(),
                            executable.outputs(),
                            executable.run().apply(c.inputs())));
    if (difference.failure() != null) {
      return CaseResult.failed(c.testCase(), operators, difference.failure());
    }
    String detail =
        Optional.ofNullable(difference.value())
            .flatMap(d -> d)
            .map(d -> c.set() + ": " + d)
            .orElse("");
    return new CaseResult(
        c.testCase(),
        detail.isEmpty() ? Verdict.PASS : Verdict.WRONG,
        "",
        detail,
        operators,
        List.copyOf(c.request().binds().keySet()));
  }

  private static List<String> operators(ConformanceCase c) {
    return Attempt.of(
            () ->
                List.copyOf(
                    ModelOverview.of(OnnxFile.load(c.model(), ImportLimits.defaults()))
                        .operators()
                        .keySet()))
        .orElse(List.of());
  }
}
