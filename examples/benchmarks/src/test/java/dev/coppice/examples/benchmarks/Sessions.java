package dev.coppice.examples.benchmarks;

import dev.coppice.compiler.cli.against.Difference;
import dev.coppice.compiler.cli.against.SideBySide.Latency;
import dev.coppice.examples.benchmarks.Measurement.Compiled;
import dev.coppice.examples.benchmarks.Measurement.Work;
import dev.coppice.examples.benchmarks.Network.Group;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Made-up sessions. */
final class Sessions {
  private Sessions() {}

  static Compiled compiled(double micros, boolean agrees) {
    return new Compiled(
        new Latency(9, micros, 1.1 * micros),
        0,
        new Work(2_000_000, 1_000_000, 40_000, 8_000),
        20,
        new Difference(1e-6, 1e-6, agrees));
  }

  static Measurement measurement(String name, Group group, double portable, double vector) {
    Map<String, Compiled> backends = new LinkedHashMap<>();
    backends.put("portable", compiled(portable, true));
    backends.put("vector", compiled(vector, true));
    return new Measurement(name, group, backends, new Latency(9, 100, 110), Optional.empty());
  }

  static Session of(Measurement... measurements) {
    return new Session(
        "Some processor, Java 17",
        "1.29.0",
        List.of("portable", "vector"),
        new CorePeak(100, 10),
        List.of(measurements));
  }
}
