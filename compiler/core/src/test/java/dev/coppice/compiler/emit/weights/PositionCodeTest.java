package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.runtime.WeightsFormat;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PositionCodeTest {
  @Test
  void withoutZerosThereAreNoPositions() {
    PositionCode code = PositionCode.of(100, i -> true);
    assertTrue(code.isDense());
    assertEquals(0, code.bits());
    assertEquals(100, code.values());
  }

  @Test
  void zerosBehindTheLastValueTakeNoPositions() {
    PositionCode code = PositionCode.of(100, i -> i < 90);
    assertTrue(code.isDense());
    assertEquals(90, code.values());
    assertEquals(90, PositionCode.prefix(100, i -> i < 90));
    assertEquals(0, PositionCode.prefix(100, i -> false));
  }

  @Test
  void halfOfAllInDisorderTakesABitmap() {
    boolean[] isValue = random(4000, 0.5);
    PositionCode code = PositionCode.of(4000, i -> isValue[i]);
    assertEquals("bitmap", code.toString());
    assertTrue(code.bits() > 3980 && code.bits() <= 4000, code.bits() + " bits");
  }

  @Test
  void equalGapsTakeABitEach() {
    PositionCode code = PositionCode.of(40_000, i -> i % 10 == 9);
    assertEquals("Huffman-coded gaps", code.toString());
    assertEquals(4000, code.bits());
  }

  @Test
  void geometricGapsTakeNearlyTheirEntropy() {
    for (double density : new double[] {0.3, 0.2, 0.1, 0.05, 0.01}) {
      boolean[] isValue = random(100_000, density);
      PositionCode code = PositionCode.of(100_000, i -> isValue[i]);
      double entropy =
          -(density * Math.log(density) + (1 - density) * Math.log(1 - density)) / Math.log(2);
      assertEquals(WeightsFormat.HUFFMAN, code.width());
      double bits = (code.bits() + 8.0 * code.tableBytes()) / 100_000;
      assertTrue(bits < 1.1 * entropy, density + ": " + bits + " " + entropy);
      assertEquals(IntStream.range(0, 100_000).filter(i -> isValue[i]).count(), code.values());
    }
  }

  @Test
  void aFarValueTakesOneLongGap() {
    PositionCode code = PositionCode.of(60_000, i -> i == 59_999);
    assertEquals(16, code.width());
    assertEquals(16, code.bits());
  }

  @Test
  void noValueTakesNoBits() {
    PositionCode code = PositionCode.of(100, i -> false);
    assertEquals(0, code.values());
    assertEquals(0, code.bits());
  }

  private static boolean[] random(int size, double density) {
    Random random = new Random(5);
    boolean[] isValue = new boolean[size];
    for (int i = 0; i < size; i++) {
      isValue[i] = random.nextDouble() < density;
    }
    return isValue;
  }
}
