package dev.coppice.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class CompressionPlanTest {
  private static final CompressionPlan PLAN =
      new CompressionPlan(
          List.of(
              new Decision.Prune("conv/\"1\"\\w\n", 12, 20, 0.125f),
              new Decision.Quantize("fc", -1),
              new Decision.Prune("fc", 3, 4, Float.MIN_VALUE)));

  @Test
  void hasALineForEachDecision() {
    assertEquals(
        """
        prune "conv/\\"1\\"\\\\w\\n" zeros=12 of=20 upTo=0.125
        quantize "fc" int8 axis=-1
        prune "fc" zeros=3 of=4 upTo=1.4E-45
        """,
        PLAN.text());
  }

  @Test
  void readsWhatItPrinted() {
    assertEquals(PLAN, CompressionPlan.parse(PLAN.text()));
  }

  @Test
  void refusesOtherText() {
    assertEquals(
        "not a decision: shrink \"fc\"",
        assertThrows(IllegalArgumentException.class, () -> CompressionPlan.parse("shrink \"fc\"\n"))
            .getMessage());
  }
}
