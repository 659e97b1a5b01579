package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.examples.benchmarks.Network.Group;
import java.util.List;
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
    assertEquals(4, rows.size(), text);
    assertEquals(
        "| small | 2.00 | 100 | 2,000 | 2,200 | 20.00 | 1 | 1 % | 0 | 50.0 | 55.0 | 0.50 | 40 | 40 % |"
            + " 0 |",
        rows.get(2));
    assertEquals(
        "| binary | 2.00 | 100 | 5.00 | 5.50 | 0.05 |  |  | 0 | 5.00 | 5.50 | 0.05 |  |  | 0 |",
        rows.get(3));
    assertEquals(rows.get(0).chars().filter(c -> c == '|').count(), pipes(rows.get(1)));
    assertTrue(text.contains("ONNX Runtime 1.29.0"), text);
    assertTrue(text.contains("Geometric mean of the dense networks, vector: **0.50**.\n"), text);
  }

  private static long pipes(String row) {
    return row.chars().filter(c -> c == '|').count();
  }
}
