package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class UnfoldingTest {
  private static final Shape SHAPE = Shape.of(2, 2, 3);

  /** Element (i, j, k) is the number ijk. */
  private final Tensor w =
      Tensor.ofFloats(SHAPE, 0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112);

  @Test
  void axesIndexRowsAndColumnsInTheOrderGiven() {
    DMatrixRMaj mode1 = Unfolding.mode(SHAPE, 1).matrix(w);
    assertEquals(2, mode1.numRows);
    assertArrayEquals(new double[] {0, 1, 2, 100, 101, 102, 10, 11, 12, 110, 111, 112}, mode1.data);
    DMatrixRMaj mixed = Unfolding.of(SHAPE, new int[] {2, 0}, 1).matrix(w);
    assertEquals(6, mixed.numRows);
    assertArrayEquals(new double[] {0, 10, 100, 110, 1, 11, 101, 111, 2, 12, 102, 112}, mixed.data);
  }

  @Test
  void theTensorOfTheMatrixIsTheTensor() {
    Tensor x = Convolutions.random(1, 3, 1, 4, 2);
    int[][] rows = {{0}, {3, 1}, {}, {2, 0, 3, 1}, {1, 2}};
    int[][] columns = {{3, 2, 1}, {0, 2}, {1, 0, 3, 2}, {}, {3, 0}};
    for (int i = 0; i < rows.length; i++) {
      Unfolding unfolding = Unfolding.of(x.shape(), rows[i], columns[i]);
      assertEquals(x, unfolding.tensor(unfolding.matrix(x)));
    }
  }

  @Test
  void refusesOtherShapesAxesAndElements() {
    assertEquals(
        "axes [0, 1, 1] of [2,2,3]", message(() -> Unfolding.of(SHAPE, new int[] {0}, 1, 1)));
    assertEquals("axes [0, 1] of [2,2,3]", message(() -> Unfolding.of(SHAPE, new int[] {0}, 1)));
    Unfolding unfolding = Unfolding.mode(SHAPE, 0);
    assertEquals(
        "f32[12] where the shape is [2,2,3]",
        message(() -> unfolding.matrix(w.reshape(Shape.of(12)))));
    assertEquals(
        "a matrix 3 x 4 for [2,2,3]", message(() -> unfolding.tensor(new DMatrixRMaj(3, 4))));
    Tensor nan = Tensor.ofFloats(Shape.of(1, 2), 1, Float.NaN);
    assertEquals("element 1 is NaN", message(() -> Unfolding.mode(Shape.of(1, 2), 1).matrix(nan)));
  }

  private static String message(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }
}
