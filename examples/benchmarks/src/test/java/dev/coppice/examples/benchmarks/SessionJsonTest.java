package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.examples.benchmarks.Network.Group;
import org.junit.jupiter.api.Test;

final class SessionJsonTest {
  @Test
  void holdsAllFigures() {
    String text = SessionJson.text(Sessions.of(Sessions.measurement("net", Group.DENSE, 200, 50)));
    assertTrue(text.contains("\"geometricMeanOfDense\": {\n    \"portable\": 2.0,"), text);
    assertTrue(text.contains("\"name\": \"net\","), text);
    assertTrue(text.contains("\"ratio\": 0.5"), text);
    assertTrue(text.contains("\"executedMacs\": 1000000,"), text);
  }
}
