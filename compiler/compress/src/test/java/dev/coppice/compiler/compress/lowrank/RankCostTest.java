package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class RankCostTest {
  @Test
  void belowTheBreakEvenFactorsAreSmaller() {
    for (int m = 1; m < 30; m++) {
      for (int n = 1; n < 30; n++) {
        RankCost cost = RankCost.ofMatrix(m, n, 7);
        int k = cost.breakEven();
        assertEquals((int) Math.ceil((double) m * n / (m + n)) - 1, k);
        assertEquals(7L * k * (m + n), cost.of(k));
      }
    }
  }

  @Test
  void theLargestRankWithinABudget() {
    RankCost cost = RankCost.ofMatrix(100, 50, 1);
    assertEquals(10, cost.within(1500));
    assertEquals(9, cost.within(1499));
    assertEquals(0, cost.within(149));
    assertEquals(0, cost.within(-1));
  }

  @Test
  void refusesCostsThatAreNotPositive() {
    assertEquals(
        "cost 0, per rank 1",
        assertThrows(IllegalArgumentException.class, () -> new RankCost(0, 1)).getMessage());
  }
}
