package dev.coppice.compiler.cli;

import dev.coppice.compiler.cli.against.Difference;
import dev.coppice.compiler.cli.against.Peer;
import dev.coppice.compiler.cli.against.Runtimes;
import dev.coppice.compiler.cli.against.SideBySide;
import dev.coppice.compiler.cli.against.Workload;
import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which other runtime a model is measured against: the options and what they ask for. */
final class AgainstOptions {
  @Option(
      names = "--against",
      paramLabel = "RUNTIME",
      completionCandidates = Names.class,
      description =
          "Measure side by side with another runtime in this process, taking turns, and compare the"
              + " outputs: ${COMPLETION-CANDIDATES}. Its jar must be on the class path.")
  private @Nullable String runtime;

  @Option(
      names = "--against-threads",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Threads of that runtime; 0 for as many as it takes of its own accord (default:"
              + " ${DEFAULT-VALUE}).")
  private int threads;

  /** The names that {@code --against} takes. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Runtimes.names().iterator();
    }
  }

  /**
   * What was measured.
   *
   * @param runtime name of the other runtime
   * @param version its version
   * @param threads its threads
   * @param compiled latency of the compiled class
   * @param other latency of the other runtime
   * @param difference how far the outputs are apart
   */
  record Result(
      String runtime,
      String version,
      int threads,
      SideBySide.Latency compiled,
      SideBySide.Latency other,
      Difference difference) {
    double ratio() {
      return compiled.medianMicros() / other.medianMicros();
    }

    /** What the command ends with. */
    int exitCode() {
      return difference.agrees() ? 0 : Failures.WRONG;
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("runtime", runtime);
      json.put("version", version);
      json.put("threads", threads);
      json.put("compiledMedianMicros", compiled.medianMicros());
      json.put("compiledP90Micros", compiled.p90Micros());
      json.put("medianMicros", other.medianMicros());
      json.put("p90Micros", other.p90Micros());
      json.put("ratio", ratio());
      json.put("largestDifference", difference.absolute());
      json.put("agrees", difference.agrees());
      return json;
    }

    /** One line of measurements. */
    String latency() {
      return String.format(
          Locale.ROOT,
          "%s %s on %s: median %.1f us, p90 %.1f us; compiled class: %.1f us, p90 %.1f us; %.2f of"
              + " its time",
          runtime,
          version,
          threads == 0
              ? "its own choice of threads"
              : threads == 1 ? "1 thread" : threads + " threads",
          other.medianMicros(),
          other.p90Micros(),
          compiled.medianMicros(),
          compiled.p90Micros(),
          ratio());
    }

    /** One line about the outputs. */
    String outputs() {
      return String.format(
          Locale.ROOT,
          "largest difference %.3g, %.3g of the largest value  %s",
          difference.absolute(),
          difference.relative(),
          difference.agrees() ? "ok" : "FAILED");
    }
  }

  /** Refuses what cannot be measured. */
  void check(CommandSpec spec) {
    if (runtime != null && !Runtimes.names().contains(runtime)) {
      throw new ParameterException(
          spec.commandLine(),
          "no runtime '" + runtime + "' for --against, expected one of " + Runtimes.names());
    }
    if (threads < 0) {
      throw new ParameterException(spec.commandLine(), "--against-threads must not be negative");
    }
  }

  /** Steps that {@link #measure} tells. */
  int steps() {
    return runtime == null ? 0 : SideBySide.STEPS;
  }

  /**
   * Measures {@code loaded}, if a runtime is named.
   *
   * @param request what was compiled
   * @param inputs a tensor for each input
   */
  Optional<Result> measure(
      CompileRequest request,
      ModelOptions.Loaded loaded,
      List<Tensor> inputs,
      double seconds,
      Runnable step) {
    if (runtime == null) {
      return Optional.empty();
    }
    CompileReport report = loaded.result().report();
    Workload workload =
        new Workload(request.model(), report.inputs(), inputs, request.binds(), threads);
    Consumer<Object[]> instance = loaded.model().newInstance();
    Object[] arrays = loaded.model().arrays(inputs);
    try (Peer peer = Runtimes.open(runtime, workload)) {
      instance.accept(arrays);
      Difference difference =
          Difference.of(
              report.outputs(), loaded.model().outputs(arrays), peer.outputs(report.outputs()));
      List<SideBySide.Latency> latencies =
          SideBySide.measure(
              List.of(() -> instance.accept(arrays), peer::run),
              SideBySide.Durations.ofSeconds(seconds),
              step);
      return Optional.of(
          new Result(
              runtime, peer.version(), threads, latencies.get(0), latencies.get(1), difference));
    }
  }
}
