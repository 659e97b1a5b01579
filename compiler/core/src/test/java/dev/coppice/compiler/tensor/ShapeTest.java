package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeTest {
  private static String refusal(Runnable r) {
    return assertThrows(IllegalArgumentException.class, r::run).getMessage();
  }

  @Test
  void sizeIsTheProductOfTheDimensions() {
    assertEquals(1, Shape.SCALAR.size());
    assertEquals(0, Shape.SCALAR.rank());
    assertEquals(24, Shape.of(2, 3, 4).size());
    assertEquals(0, Shape.of(2, 0, 4).size());
    assertEquals(Shape.of(2, 3), Shape.of(List.of(2, 3)));
  }

  @Test
  void sizeMustFitAnInt() {
    assertEquals(Integer.MAX_VALUE, Shape.of(Integer.MAX_VALUE, 1).size());
    assertEquals(
        "shape [65536, 32768] has more than 2^31-1 elements",
        refusal(() -> Shape.of(65536, 32768)));
    assertEquals(
        "shape [2147483647, 2147483647, 2147483647] has more than 2^31-1 elements",
        refusal(() -> Shape.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE)));
  }

  @Test
  void negativeDimensionIsRefused() {
    assertEquals("negative dimension in [2, -1]", refusal(() -> Shape.of(2, -1)));
    assertEquals("negative dimension in [0, -1]", refusal(() -> Shape.of(0, -1)));
  }

  @Test
  void negativeAxisCountsFromTheEnd() {
    Shape s = Shape.of(2, 3, 4);
    assertEquals(4, s.dim(-1));
    assertEquals(2, s.dim(-3));
    assertEquals(Shape.of(2, 9, 4), s.with(-2, 9));
    assertEquals(Shape.of(9, 3, 4), s.with(0, 9));
  }

  @Test
  void stridesAreRowMajor() {
    assertArrayEquals(new int[] {12, 4, 1}, Shape.of(2, 3, 4).strides());
    assertArrayEquals(new int[0], Shape.SCALAR.strides());
    assertEquals(12, Shape.of(2, 3, 4).sizeOf(1, 3));
    assertEquals(1, Shape.of(2, 3, 4).sizeOf(3, 3));
  }

  @Test
  void dimensionsAreCopied() {
    int[] given = {2, 3};
    Shape s = Shape.of(given);
    given[0] = 9;
    s.dims()[1] = 9;
    assertEquals(Shape.of(2, 3), s);
  }

  @Test
  void broadcastAlignsAtTheEnd() {
    assertEquals(Shape.of(2, 3, 4), Shape.broadcast(Shape.of(3, 1), Shape.of(2, 1, 4)));
    assertEquals(Shape.of(5), Shape.broadcast(Shape.SCALAR, Shape.of(5)));
    assertEquals(Shape.of(2, 0), Shape.broadcast(Shape.of(2, 1), Shape.of(0)));
    assertEquals(Shape.of(1, 1), Shape.broadcast(Shape.of(1, 1), Shape.of(1)));
  }

  @Test
  void broadcastOfOtherShapesNamesThem() {
    assertEquals(
        "shapes [2,3] and [2] do not broadcast",
        refusal(() -> Shape.broadcast(Shape.of(2, 3), Shape.of(2))));
    assertEquals(
        "shapes [0] and [2] do not broadcast",
        refusal(() -> Shape.broadcast(Shape.of(0), Shape.of(2))));
  }

  @Test
  void equalDimensionsMakeEqualShapes() {
    assertEquals(Shape.of(1, 2).hashCode(), Shape.of(1, 2).hashCode());
    assertNotEquals(Shape.of(2), Shape.of(1, 2));
    assertEquals("[1,3,32,32]", Shape.of(1, 3, 32, 32).toString());
    assertEquals("[]", Shape.SCALAR.toString());
  }
}
