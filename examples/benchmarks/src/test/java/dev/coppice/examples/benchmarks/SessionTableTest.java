package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.cli.against.SideBySide.Latency;
import dev.coppice.examples.benchmarks.Network.Group;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SessionTableTest {
  @Test
  void aRowANetwork() {
    String text =
        SessionTable.markdown(
            Sessions.of(
                Sessions.measurement("small", Group.DENSE, 2_000, 50),
                Sessions.measurement("binary", Group.COMPRESSED, 5, 5)));
    List<String> rows = text.lines().filter(l -> l.startsWith("|")).toList();
    assertEquals(8, rows.size(), text);
    assertEquals("| small | 100 | 2,000 | 20.00 | 50.0 | 0.50 |", rows.get(2));
    assertEquals(
        "| small | 2.00 | 110 | 2,200 | 1.00 | 1 | 1 % | 0 | 55.0 | 1.00 | 40 | 40 % | 0 |",
        rows.get(6));
    assertEquals("| binary | 2.00 | 110 | 5.50 |  |  |  | 0 | 5.50 |  |  |  | 0 |", rows.get(7));
    assertEquals(pipes(rows.get(0)), pipes(rows.get(1)));
    assertEquals(pipes(rows.get(4)), pipes(rows.get(5)));
    assertTrue(text.contains("ONNX Runtime 1.29.0"), text);
    assertTrue(text.contains("Geometric mean of the dense networks, vector: **0.50**.\n"), text);
  }

  @Test
  void wrongOutputsAreMarked() {
    Measurement wrong =
        new Measurement(
            "net",
            Group.DENSE,
            Map.of("portable", Sessions.compiled(50, false), "vector", Sessions.compiled(50, true)),
            new Latency(9, 100, 110),
            Optional.of(new Latency(9, 60, 70)));
    String text = SessionTable.markdown(Sessions.of(wrong));
    assertTrue(text.contains("| net | 100 | 60.0 | 50.0 | 0.50 WRONG | 50.0 | 0.50 |"), text);
  }

  private static long pipes(String row) {
    return row.chars().filter(c -> c == '|').count();
  }
}
