package dev.coppice.examples.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import dev.coppice.compiler.cli.against.Allocation;
import dev.coppice.compiler.cli.against.Difference;
import dev.coppice.compiler.cli.against.Peer;
import dev.coppice.compiler.cli.against.Runtimes;
import dev.coppice.compiler.cli.against.SideBySide;
import dev.coppice.compiler.cli.against.SideBySide.Durations;
import dev.coppice.compiler.cli.against.SideBySide.Latency;
import dev.coppice.compiler.cli.against.Workload;
import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.examples.benchmarks.Measurement.Compiled;
import dev.coppice.examples.benchmarks.Measurement.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Measures a network: the class of each backend and ONNX Runtime, all in this process, taking
 * turns.
 *
 * @param backends backends to measure
 * @param durations how long
 * @param defaultThreads whether to measure ONNX Runtime also on as many threads as it takes
 * @param peak what the core can do
 */
record Runner(List<String> backends, Durations durations, boolean defaultThreads, CorePeak peak) {
  private static final int MOST_ALLOCATION_RUNS = 100;

  Runner {
    backends = List.copyOf(backends);
  }

  /** Measures {@code network}. */
  Measurement measure(Network network) {
    ModelSource model = network.source().get();
    List<Entrant> entrants = backends.stream().map(b -> Entrant.of(network, model, b)).toList();
    CompileReport any = entrants.get(0).report();
    Workload one = new Workload(model, any.inputs(), Entrant.inputs(any), network.binds(), 1);
    try (Peer peer = Runtimes.open(Runtimes.ONNXRUNTIME, one)) {
      Map<String, Tensor> expected = peer.outputs(any.outputs());
      List<Runnable> tasks = new ArrayList<>();
      entrants.forEach(e -> tasks.add(e.run()));
      tasks.add(peer::run);
      List<Latency> latencies = SideBySide.measure(tasks, durations, () -> {});
      Map<String, Compiled> compiled = new LinkedHashMap<>();
      for (int b = 0; b < backends.size(); b++) {
        compiled.put(backends.get(b), compiled(entrants.get(b), latencies.get(b), expected));
      }
      return new Measurement(
          network.name(),
          network.group(),
          compiled,
          latencies.get(backends.size()),
          defaultThreads ? Optional.of(onDefaultThreads(one)) : Optional.empty());
    }
  }

  /** Version of ONNX Runtime. */
  static String peerVersion() {
    return OrtEnvironment.getEnvironment().getVersion();
  }

  /** After the others, since the threads of such a session spin on other cores. */
  private Latency onDefaultThreads(Workload one) {
    Workload many = new Workload(one.model(), one.inputs(), one.values(), one.binds(), 0);
    try (Peer peer = Runtimes.open(Runtimes.ONNXRUNTIME, many)) {
      return SideBySide.measure(List.of(peer::run), durations, () -> {}).get(0);
    }
  }

  private Compiled compiled(Entrant entrant, Latency latency, Map<String, Tensor> expected) {
    CompileReport report = entrant.report();
    entrant.run().run();
    Difference difference =
        Difference.of(report.outputs(), entrant.model().outputs(entrant.arrays()), expected);
    long ports =
        Stream.concat(report.inputs().stream(), report.outputs().stream())
            .mapToLong(Runner::bytes)
            .sum();
    Work work =
        new Work(
            report.macs(),
            report.executedMacs(),
            report.weightBytes(),
            ports + report.arenaBytes());
    double bound = Roofline.of(peak).micros(report.works(), work.bytes());
    int runs = (int) Math.max(1, Math.min(MOST_ALLOCATION_RUNS, 1e6 / latency.medianMicros()));
    return new Compiled(
        latency, Allocation.bytesPerRun(entrant.run(), runs), work, bound, difference);
  }

  private static long bytes(Port port) {
    return new TensorType(port.dtype(), port.shape()).bytes();
  }
}
