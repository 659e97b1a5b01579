package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.cli.against.Difference;
import dev.coppice.compiler.cli.against.SideBySide.Latency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of a network.
 *
 * @param name the network
 * @param group where it counts
 * @param backends figures of each backend by its name
 * @param peer ONNX Runtime on one thread
 * @param peerThreads ONNX Runtime on as many threads as it takes of its own accord, if asked for
 */
record Measurement(
    String name,
    Network.Group group,
    Map<String, Compiled> backends,
    Latency peer,
    Optional<Latency> peerThreads) {

  /**
   * What was measured of a compiled class.
   *
   * @param latency its latency
   * @param allocatedBytes bytes allocated by a run
   * @param work what a run takes
   * @param boundMicros the least that the core's peaks allow for its kernel calls, in microseconds
   * @param difference how far its outputs are from ONNX Runtime's
   */
  record Compiled(
      Latency latency,
      double allocatedBytes,
      Work work,
      double boundMicros,
      Difference difference) {
    /** Operations that it executes in a nanosecond. */
    double gflops() {
      return 2.0 * work.executedMacs / latency.medianMicros() / 1e3;
    }

    /** Share of what the core's peaks allow, at most 1 but for the noise of both measurements. */
    double share() {
      return boundMicros / latency.medianMicros();
    }
  }

  /**
   * What a run takes.
   *
   * @param macs multiply-accumulate operations that the operators define
   * @param executedMacs those that the kernels do: Winograd convolutions take fewer
   * @param weightBytes bytes of the weights once loaded
   * @param activationBytes bytes of inputs, outputs and the arena
   */
  record Work(long macs, long executedMacs, long weightBytes, long activationBytes) {
    long bytes() {
      return weightBytes + activationBytes;
    }
  }

  Measurement {
    backends = new LinkedHashMap<>(backends);
  }

  /** Time of the compiled class of {@code backend} relative to ONNX Runtime's on one thread. */
  double ratio(String backend) {
    return compiled(backend).latency.medianMicros() / peer.medianMicros();
  }

  /** Figures of a backend that was measured. */
  Compiled compiled(String backend) {
    Compiled compiled = backends.get(backend);
    if (compiled == null) {
      throw new IllegalArgumentException("backend " + backend + " was not measured");
    }
    return compiled;
  }

  /** Backends whose outputs differ from ONNX Runtime's. */
  List<String> wrong() {
    return backends.entrySet().stream()
        .filter(e -> !e.getValue().difference.agrees())
        .map(Map.Entry::getKey)
        .toList();
  }
}
