package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.runtime.WeightsFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HuffmanCodeTest {
  @Test
  void nearlyEqualCountsGainNothing() {
    long[] counts = {4, 5, 3, 4};
    HuffmanCode code = HuffmanCode.of(counts);
    for (int s = 0; s < 4; s++) {
      assertEquals(2, code.length(s));
    }
    assertEquals(32, code.bits(counts));
  }

  @Test
  void skewedCountsTakeFewerBits() {
    long[] counts = {8, 4, 2, 2};
    HuffmanCode code = HuffmanCode.of(counts);
    assertEquals(1, code.length(0));
    assertEquals(2, code.length(1));
    assertEquals(3, code.length(2));
    assertEquals(3, code.length(3));
    assertEquals(28, code.bits(counts));
  }

  @Test
  void oneSymbolTakesOneBit() {
    HuffmanCode code = HuffmanCode.of(new long[] {0, 0, 7});
    assertEquals(1, code.length(2));
    assertEquals(0, code.length(0));
    assertEquals(2, code.tableBytes());
  }

  @Test
  void noSymbolHasNoCode() {
    assertThrows(IllegalArgumentException.class, () -> HuffmanCode.of(new long[3]));
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          long[] counts = new long[WeightsFormat.MAX_SYMBOLS + 1];
          java.util.Arrays.fill(counts, 1);
          HuffmanCode.of(counts);
        });
  }

  @Test
  void lengthsAreCompleteAndWithinABitOfTheEntropy() {
    Random random = new Random(1);
    for (int symbols = 2; symbols <= 256; symbols++) {
      for (double skew : new double[] {0, 0.02, 1}) {
        long[] counts = new long[symbols];
        for (int s = 0; s < symbols; s++) {
          counts[s] = 1 + (long) (1000 * random.nextDouble() * Math.exp(-skew * Math.min(s, 6)));
        }
        assertCode(counts);
      }
    }
  }

  private static void assertCode(long[] counts) {
    HuffmanCode code = HuffmanCode.of(counts);
    long total = 0;
    double kraft = 0;
    for (int s = 0; s < counts.length; s++) {
      total += counts[s];
      kraft += Math.pow(2, -code.length(s));
    }
    assertEquals(1, kraft, 0);
    double entropy = 0;
    for (long count : counts) {
      double p = (double) count / total;
      entropy -= p * Math.log(p) / Math.log(2);
    }
    double average = (double) code.bits(counts) / total;
    assertTrue(average >= entropy - 1e-9 && average < entropy + 1, entropy + " " + average);
  }

  @Test
  void lengthsAreLimitedAtLittleCost() {
    long[] counts = new long[40];
    counts[0] = 1;
    counts[1] = 1;
    for (int s = 2; s < counts.length; s++) {
      counts[s] = counts[s - 1] + counts[s - 2];
    }
    HuffmanCode code = HuffmanCode.of(counts);
    double kraft = 0;
    long bits = 0;
    long unlimited = 0;
    for (int s = 0; s < counts.length; s++) {
      assertTrue(code.length(s) >= 1 && code.length(s) <= WeightsFormat.MAX_CODE_BITS);
      kraft += Math.pow(2, -code.length(s));
      bits += counts[s] * code.length(s);
      unlimited += counts[s] * (s == 0 ? counts.length - 1 : counts.length - s);
    }
    assertEquals(1, kraft, 0);
    assertEquals(bits, code.bits(counts));
    assertTrue(bits > unlimited && bits < unlimited * 1.01, bits + " " + unlimited);
  }

  @Test
  void noCodeOfTheLimitIsShorter() {
    // All lengths of five symbols by force, for counts that need no limit.
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      long[] counts = new long[5];
      for (int s = 0; s < 5; s++) {
        counts[s] = 1 + random.nextInt(60);
      }
      assertEquals(shortest(counts, 0, 0), HuffmanCode.of(counts).bits(counts));
    }
  }

  private static long shortest(long[] counts, int s, int taken) {
    if (s == counts.length) {
      return 0;
    }
    long best = Long.MAX_VALUE / 2;
    for (int length = 1; length <= 4; length++) {
      int part = 16 >> length;
      if (taken + part <= 16) {
        best = Math.min(best, counts[s] * length + shortest(counts, s + 1, taken + part));
      }
    }
    return best;
  }
}
