package dev.coppice.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Sections written out by hand after the documented layout. */
class ElementOrderTest {
  @Test
  void aRunIsPlacesAtEqualDistances() {
    // 4 places from 1 on, 2 farther each: 4 * 4 + 0, then 1 as 2 and 2 as 4.
    assertArrayEquals(new float[] {1, 3, 5, 7}, apply(9, 4, 16, 2, 4));
    // 3 places from 8 on, 4 back each: -4 as 7.
    assertArrayEquals(new float[] {8, 4, 0}, apply(9, 3, 12, 16, 7));
  }

  @Test
  void zerosHaveNoPlace() {
    assertArrayEquals(new float[] {5, 0, 0, 6}, apply(9, 4, 4, 10, 0, 9, 4, 12, 0));
  }

  @Test
  void loopsRepeatNodes() {
    // Two times: two places 3 apart, and a zero; the second time 1 farther.
    int[] section = {10, 0, 2, 2, 8, 0, 6, 5};
    assertArrayEquals(new float[] {0, 3, 0, 1, 4, 0}, apply(9, 6, section));
    // Three times that, 2 farther each, from 1 on: places of nodes count from their loop.
    int[] nested = {14, 2, 4, 1, 10, 0, 2, 2, 8, 0, 6, 5};
    assertArrayEquals(
        new float[] {1, 4, 0, 2, 5, 0, 3, 6, 0, 4, 7, 0, 5, 8, 0, 6, 9, 0}, apply(10, 18, nested));
  }

  @Test
  void numbersHaveSevenBitsAByte() {
    // 100 places from 200 on: 400 as 0x90 0x03, and 400 again.
    float[] expected = new float[100];
    for (int i = 0; i < 100; i++) {
      expected[i] = 200 + i;
    }
    assertArrayEquals(expected, apply(300, 100, 0x90, 3, 0x90, 3, 2));
  }

  @Test
  void rejectsOrdersThatCannotBe() {
    // Places beyond both ends, of runs and of loops.
    assertDamaged(0, 9, 10, 40, 0, 2);
    assertDamaged(0, 9, 4, 16, 1, 2);
    assertDamaged(0, 9, 4, 16, 4, 1);
    assertDamaged(0, 9, 2, 10, 10, 12, 1, 4, 0, 0);
    assertDamaged(4, 9, 2, 10, 10, 4, 1, 4, 4, 0);
    // More than there are, none, another kind, nothing to repeat.
    assertDamaged(0, 9, 4, 20, 0, 2);
    assertDamaged(0, 9, 4, 1);
    assertDamaged(0, 9, 4, 19, 0, 2);
    assertDamaged(0, 9, 4, 10, 0, 2, 0);
    // Less than there are.
    assertDamaged(3, 9, 5, 16, 0, 2);
    assertDamaged(0, 9, 4);
    // Nodes and numbers without an end.
    assertDamaged(3, 9, 4, 16, 0);
    assertDamaged(7, 9, 4, 10, 0, 2, 2, 4, 0, 0);
    assertDamaged(0, 9, 4, 0x90);
    assertDamaged(1, 9, 4, 16, 0x80);
  }

  @Test
  void rejectsMoreLoopsThanAllowed() {
    int[] section = new int[4 * (WeightsFormat.MAX_LOOPS + 1) + 3];
    for (int i = 0; i < section.length - 3; i += 4) {
      section[i] = 6;
      section[i + 3] = 1;
    }
    section[section.length - 3] = 4;
    assertDamaged(section.length - 3, 1, 1, section);
    assertArrayEquals(new float[] {0}, apply(1, 1, Arrays.copyOfRange(section, 4, section.length)));
  }

  @Test
  void noSectionMakesItFailOtherwise() {
    Random random = new Random(5);
    int failed = 0;
    for (int i = 0; i < 300_000; i++) {
      int[] section = new int[random.nextInt(24)];
      for (int j = 0; j < section.length; j++) {
        section[j] = random.nextInt(random.nextInt(8) == 0 ? 256 : 20);
      }
      try {
        apply(24, 1 + random.nextInt(12), section);
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().startsWith("[WeightsDamaged]"), e.getMessage());
        failed++;
      }
    }
    assertTrue(failed > 250_000 && failed < 300_000, failed + " failed");
  }

  private static void assertDamaged(int number, int stored, int n, int... section) {
    String message =
        assertThrows(IllegalStateException.class, () -> apply(stored, n, section)).getMessage();
    assertTrue(
        message.startsWith("[WeightsDamaged]") && message.contains("its number " + number + "."),
        message);
  }

  /** {@code n} elements of 0, 1, 2 and so on. */
  private static float[] apply(int stored, int n, int... section) {
    byte[] bytes = new byte[section.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) section[i];
    }
    WeightsInput in = new WeightsInput("test", new ByteArrayInputStream(bytes));
    in.payload(bytes.length);
    float[] source = new float[stored];
    for (int i = 0; i < stored; i++) {
      source[i] = i;
    }
    float[] elements = new ElementOrder(in, bytes.length).apply(source, n);
    assertEquals(n, elements.length);
    return elements;
  }
}
