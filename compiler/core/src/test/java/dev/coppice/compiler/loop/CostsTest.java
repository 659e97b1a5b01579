package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostsTest {
  @Test
  void figuresHaveDifferentNames() {
    List<String> labels = Arrays.stream(CostFigure.values()).map(CostFigure::label).toList();
    assertEquals(labels.size(), labels.stream().distinct().count());
    assertTrue(labels.contains("panelCall"), labels.toString());
    assertTrue(labels.contains("copy"), labels.toString());
  }

  @Test
  void aReplacedFigureLeavesTheOthers() {
    Costs costs = Costs.VECTOR.with("device", Map.of(CostFigure.CALL, 9.0));
    assertEquals("device", costs.source());
    assertEquals(9, costs.call());
    assertEquals(Costs.VECTOR.term(), costs.term());
    assertEquals(6, Costs.VECTOR.call());
  }

  @Test
  void everyFigureIsAFiniteNumber() {
    for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThrows(
          IllegalArgumentException.class, () -> Costs.PORTABLE.with(CostFigure.TERM, wrong));
    }
    assertThrows(IllegalArgumentException.class, () -> new Costs("empty", Map.of()));
  }
}
