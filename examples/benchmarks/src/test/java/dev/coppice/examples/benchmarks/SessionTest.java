package dev.coppice.examples.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.examples.benchmarks.Network.Group;
import org.junit.jupiter.api.Test;

final class SessionTest {
  @Test
  void meanIsThatOfDenseNetworks() {
    Session session =
        Sessions.of(
            Sessions.measurement("a", Group.DENSE, 400, 50),
            Sessions.measurement("b", Group.DENSE, 100, 50),
            Sessions.measurement("c", Group.LARGE, 9000, 9000),
            Sessions.measurement("d", Group.COMPRESSED, 1, 1));
    assertEquals(2, session.mean("portable"), 1e-12);
    assertEquals(0.5, session.mean("vector"), 1e-12);
    assertTrue(Double.isNaN(Sessions.of().mean("vector")));
  }

  @Test
  void machineIsNamed() {
    assertTrue(
        Session.thisMachine().endsWith("Java " + System.getProperty("java.version")),
        Session::thisMachine);
  }
}
