package dev.coppice.compiler.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.GraphText;
import org.junit.jupiter.api.Test;

final class SeededInputsTest {
  private static final Graph GRAPH =
      GraphText.parse("graph g(x: f32[1,2,5,5], b: u8[100], i: i64[100]) -> (x) {}");

  @Test
  void dependOnTheSeedOnly() {
    assertEquals(SeededInputs.of(GRAPH, 1), SeededInputs.of(GRAPH, 1));
    assertNotEquals(SeededInputs.of(GRAPH, 1), SeededInputs.of(GRAPH, 2));
  }

  @Test
  void bordersAreLarge() {
    Tensor x = SeededInputs.of(GRAPH, 3).get(0);
    double border = 0;
    for (int i = 0; i < 5; i++) {
      border = Math.max(border, Math.abs(x.doubleAt(20 + i)));
    }
    assertTrue(border > 10, "border " + border);
    assertTrue(Math.abs(x.doubleAt(12)) < 2);
  }

  @Test
  void integersMayBeIndices() {
    Tensor bytes = SeededInputs.of(GRAPH, 3).get(1);
    Tensor longs = SeededInputs.of(GRAPH, 3).get(2);
    long mostBytes = 0;
    for (int i = 0; i < 100; i++) {
      mostBytes = Math.max(mostBytes, bytes.longAt(i));
      assertTrue(longs.longAt(i) == 0 || longs.longAt(i) == 1);
    }
    assertTrue(mostBytes > 200);
  }
}
