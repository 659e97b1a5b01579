package dev.coppice.compiler.compress.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class RelativeErrorTest {
  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  /** By the norm of what is expected, not of what is there. */
  @Test
  void isTheNormOfTheDifferenceOverThatExpected() {
    assertEquals(0.5, RelativeError.of(floats(6, 8), floats(9, 12)), 1e-12);
    assertEquals(1 / 3.0, RelativeError.of(floats(9, 12), floats(6, 8)), 1e-12);
  }

  /** One large tensor counts more than many small ones. */
  @Test
  void pairsAreOneLongTensor() {
    RelativeError error = new RelativeError();
    error.add(floats(6), floats(9));
    error.add(floats(8, 0), floats(12, 0));
    assertEquals(0.5, error.value(), 1e-12);
  }

  @Test
  void zerosAreMetOrMissed() {
    assertEquals(0, RelativeError.of(floats(0, 0), floats(0, 0)));
    assertEquals(Double.POSITIVE_INFINITY, RelativeError.of(floats(0, 0), floats(0, 1e-9f)));
    assertEquals(0, new RelativeError().value());
  }

  @Test
  void shapesAreEqual() {
    assertThrows(IllegalArgumentException.class, () -> RelativeError.of(floats(1, 2), floats(1)));
  }
}
