package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AlphabetTest {
  @Test
  void numbersAreCountedInTheirOrder() {
    int[] all = {7, -3, 7, 0, Integer.MIN_VALUE, 7, 0};
    Alphabet alphabet = Alphabet.of(all.length, i -> all[i], 4).orElseThrow();
    assertArrayEquals(new int[] {Integer.MIN_VALUE, -3, 0, 7}, alphabet.numbers());
    assertArrayEquals(new long[] {1, 1, 2, 3}, alphabet.counts());
    assertEquals(7, alphabet.total());
    assertEquals(3, alphabet.indexOf(7));
  }

  @Test
  void oneMoreThanAllowedIsNone() {
    assertTrue(Alphabet.of(1000, i -> i % 256 * 1000, 256).isPresent());
    assertTrue(Alphabet.of(1000, i -> i % 257 * 1000, 256).isEmpty());
  }

  @Test
  void aNumberCanBeLeftOut() {
    Alphabet alphabet = Alphabet.of(10, i -> i % 3, 5).orElseThrow();
    Alphabet others = alphabet.without(1);
    assertArrayEquals(new int[] {0, 2}, others.numbers());
    assertArrayEquals(new long[] {4, 3}, others.counts());
    assertSame(alphabet, alphabet.without(8));
  }
}
