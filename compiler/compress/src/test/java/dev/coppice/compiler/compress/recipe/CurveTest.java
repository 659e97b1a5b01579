package dev.coppice.compiler.compress.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class CurveTest {
  @Test
  void amountsAscend() {
    List<Curve.Point> points = List.of(new Curve.Point(0, 99), new Curve.Point(0.5, 98));
    assertEquals(points, new Curve("conv", "fraction", "top-1", points).points());
    List<Curve.Point> wrong = List.of(new Curve.Point(0.5, 98), new Curve.Point(0, 99));
    assertThrows(
        IllegalArgumentException.class, () -> new Curve("conv", "fraction", "top-1", wrong));
  }
}
