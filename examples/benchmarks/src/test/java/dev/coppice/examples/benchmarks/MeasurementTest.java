package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.cli.against.SideBySide.Latency;
import dev.coppice.examples.benchmarks.Network.Group;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class MeasurementTest {
  @Test
  void ratioIsTimeOverThatOfThePeer() {
    Measurement m = Sessions.measurement("net", Group.DENSE, 200, 50);
    assertEquals(2, m.ratio("portable"), 1e-12);
    assertEquals(0.5, m.ratio("vector"), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> m.ratio("auto"));
  }

  @Test
  void speedCountsExecutedOperations() {
    Measurement.Compiled c = Sessions.compiled(50, true);
    assertEquals(40, c.gflops(), 1e-12);
    assertEquals(0.4, c.share(), 1e-12);
    assertEquals(48_000, c.work().bytes());
  }

  @Test
  void wrongBackendsAreNamed() {
    Measurement m =
        new Measurement(
            "net",
            Group.DENSE,
            Map.of("vector", Sessions.compiled(1, false)),
            new Latency(1, 1, 1),
            Optional.empty());
    assertEquals(List.of("vector"), m.wrong());
    assertEquals(List.of(), Sessions.measurement("net", Group.DENSE, 1, 1).wrong());
  }
}
