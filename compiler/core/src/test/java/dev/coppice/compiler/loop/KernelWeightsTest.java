package dev.coppice.compiler.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.coppice.compiler.loop.KernelWeights.Expansion;
import dev.coppice.compiler.tensor.Reordered;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import org.junit.jupiter.api.Test;

class KernelWeightsTest {
  private static final Tensor TAPS =
      Tensor.ofFloats(Shape.of(2, 3, 3), 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0, 1, 0, 0, 0, 0);

  @Test
  void tensorsAreStoredAsTheyAre() {
    KernelWeights weights = KernelWeights.of(TAPS);
    assertSame(TAPS, weights.data());
    assertSame(TAPS, weights.stored().data());
    assertEquals(Expansion.NONE, weights.expansion());
  }

  @Test
  void nineTapsAreStoredForSixteenOrThirtySixProducts() {
    for (int outputs : new int[] {2, 4}) {
      KernelWeights weights = KernelWeights.winograd(outputs, Reordered.identity(TAPS));
      assertEquals(18, weights.stored().data().size());
      int products = (outputs + 2) * (outputs + 2);
      assertEquals(products * 2, weights.data().size());
      assertEquals(outputs, weights.expansion().outputs());
      // The last row of G is the last tap.
      assertEquals(9, weights.data().floatAt(2 * (products - 1)));
      assertEquals(0, weights.data().floatAt(2 * products - 1));
    }
  }
}
