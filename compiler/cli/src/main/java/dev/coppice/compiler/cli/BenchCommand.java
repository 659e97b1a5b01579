package dev.coppice.compiler.cli;

import dev.coppice.compiler.cli.against.NewJvm;
import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.InspectionText;
import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.driver.data.DataSpec;
import dev.coppice.compiler.driver.load.LoadedModel;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code coppice bench}: how fast the compiled class is and what it takes. */
@Command(
    name = "bench",
    description = {
      "Compiles a model in memory and measures it on one reproducible random input, or the first"
          + " sample of --data, on one thread or several: median and 99th percentile of latency,"
          + " bytes allocated per run; then in JVMs that are started for it the time until the"
          + " first result and the memory it takes."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The model was measured.",
      "1:Its outputs differ from those of the runtime that --against names.",
      "2:The model is refused, or that runtime is absent."
    },
    footer = {"  coppice bench resnet8.onnx --seconds 5"})
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;
  @Mixin private AgainstOptions against;
  @Mixin private DataOptions dataOptions;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "5",
      description = "Time to measure, after warmUp() and half of it (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "5",
      description = "JVMs to start; 0 for none (default: ${DEFAULT-VALUE}).")
  private int starts;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    if (!(seconds > 0 && seconds < 1e6)) {
      throw new ParameterException(spec.commandLine(), "--seconds must be positive");
    }
    if (starts < 0) {
      throw new ParameterException(spec.commandLine(), "--starts must not be negative");
    }
    against.check(spec);
    Optional<DataSpec> data = dataOptions.spec();
    ModelOptions.Loaded loaded = model.load();
    Failures.print(loaded.result().notes(), spec.commandLine().getErr());
    CompileReport report = loaded.result().report();
    long start = System.nanoTime();
    LoadedModel.Instance instance = loaded.model().newInstance();
    double startMillis = (System.nanoTime() - start) / 1e6;
    instance.warmUp();
    List<Tensor> inputs = inputs(data, report.inputs());
    Object[] arrays = loaded.model().arrays(inputs);
    Stopwatch.Result result;
    Optional<AgainstOptions.Result> peer;
    Optional<NewJvm.Result> newJvm;
    try (Progress progress = new Progress("bench", Stopwatch.STEPS + against.steps() + starts)) {
      peer = against.measure(model.request(), loaded, inputs, seconds, progress::step);
      result = Stopwatch.measure(() -> instance.accept(arrays), seconds, progress::step);
      newJvm =
          starts == 0
              ? Optional.empty()
              : Optional.of(NewJvm.measure(loaded.model(), starts, progress::step));
    }
    Map<String, Object> values = values(loaded, result, startMillis);
    newJvm.ifPresent(n -> values.put("newJvmMillis", n.medianMillis()));
    newJvm.ifPresent(n -> n.peakBytes().ifPresent(b -> values.put("newJvmPeakBytes", b)));
    PrintWriter out = spec.commandLine().getOut();
    peer.ifPresent(p -> values.put("against", p.json()));
    if (json) {
      out.println(Json.pretty(values));
    } else {
      print(out, report, loaded, result, startMillis);
      newJvm.ifPresent(n -> print(out, n));
      peer.ifPresent(p -> row(out, "against", "%s", p.latency()));
      peer.ifPresent(p -> row(out, "outputs", "%s", p.outputs()));
    }
    return peer.map(AgainstOptions.Result::exitCode).orElse(0);
  }

  private static List<Tensor> inputs(Optional<DataSpec> data, List<Port> ports) {
    if (data.isPresent()) {
      return data.get().open(ports).inputs(0);
    }
    SplittableRandom random = new SplittableRandom(1);
    List<Tensor> tensors = new ArrayList<>();
    for (Port p : ports) {
      tensors.add(SeededInputs.tensor(new TensorType(p.dtype(), p.shape()), random.split()));
    }
    return tensors;
  }

  private Map<String, Object> values(
      ModelOptions.Loaded loaded, Stopwatch.Result result, double startMillis) {
    CompileReport report = loaded.result().report();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("model", model.model().toString());
    values.put("java", System.getProperty("java.version"));
    values.put("backend", loaded.model().backend());
    values.put("threads", report.threads());
    values.put("runs", result.runs());
    values.put("medianMicros", result.medianMicros());
    values.put("p99Micros", result.p99Micros());
    values.put("allocatedBytesPerRun", result.allocatedBytesPerRun());
    values.put("startMillis", startMillis);
    values.put("macs", report.macs());
    values.put("arenaBytes", report.arenaBytes());
    values.put("arenaLowerBoundBytes", report.arenaLowerBoundBytes());
    values.put("scratchBytes", report.scratchBytes());
    values.put("weightBytes", report.weightBytes());
    values.put("classBytes", loaded.model().classBytes());
    values.put("largestMethodBytes", Collections.max(loaded.model().methodBytes().values()));
    return values;
  }

  private void print(
      PrintWriter out,
      CompileReport report,
      ModelOptions.Loaded loaded,
      Stopwatch.Result result,
      double startMillis) {
    Map<String, Integer> classes = loaded.model().classBytes();
    int classBytes = classes.values().stream().mapToInt(Integer::intValue).sum();
    String threads = report.threads() > 1 ? ", " + report.threads() + " threads" : "";
    out.println(
        "%s, Java %s, backend %s%s"
            .formatted(
                model.model(),
                System.getProperty("java.version"),
                loaded.model().backend(),
                threads));
    row(
        out,
        "latency",
        "median %.1f us, p99 %.1f us, %d runs",
        result.medianMicros(),
        result.p99Micros(),
        result.runs());
    row(out, "speed", "%.2f GMAC/s", report.macs() / result.medianMicros() / 1e3);
    row(out, "allocated", "%.1f bytes per run", result.allocatedBytesPerRun());
    row(out, "start-up", "%.1f ms for the constructor", startMillis);
    row(
        out,
        "arena",
        "%,d bytes, lower bound %,d; scratch %,d bytes",
        report.arenaBytes(),
        report.arenaLowerBoundBytes(),
        report.scratchBytes());
    row(out, "weights", "%,d bytes", report.weightBytes());
    row(
        out,
        "classes",
        "%,d bytes in %d files, largest method %,d bytes",
        classBytes,
        classes.size(),
        Collections.max(loaded.model().methodBytes().values()));
  }

  private static void print(PrintWriter out, NewJvm.Result newJvm) {
    row(
        out,
        "new JVM",
        "%.1f ms until the first result%s",
        newJvm.medianMillis(),
        newJvm.peakBytes().isPresent()
            ? String.format(Locale.ROOT, ", peak %.1f MB", newJvm.peakBytes().getAsLong() / 1e6)
            : "");
  }

  private static void row(PrintWriter out, String label, String format, Object... values) {
    out.println(InspectionText.row(label, String.format(Locale.ROOT, format, values)));
  }
}
