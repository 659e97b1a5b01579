package dev.coppice.compiler.driver.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

final class BilinearResizeTest {
  /** 7 x 5 with three bands: {@code (31 y + 57 x + 83 c) mod 256}. */
  private static Picture pattern() {
    byte[] pixels = new byte[7 * 5 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (31 * (i / 21) + 57 * (i / 3 % 7) + 83 * (i % 3));
    }
    return new Picture(7, 5, 3, pixels);
  }

  private static void assertPixels(int[] expected, Picture picture) {
    long[] all = picture.tensor().toLongs();
    int[] actual = new int[all.length];
    for (int i = 0; i < all.length; i++) {
      actual[i] = (int) all[i];
    }
    assertArrayEquals(expected, actual);
  }

  /** The bytes are those of {@code Image.resize((3, 4), Image.BILINEAR)}. */
  @Test
  void shrinksAsPillowDoes() {
    assertPixels(
        new int[] {
          57, 140, 168, 149, 160, 104, 86, 128, 188, 93, 153, 158, 140, 92, 127, 81, 164, 110, 129,
          157, 77, 114, 93, 146, 117, 147, 82, 165, 111, 75, 106, 118, 137, 153, 145, 77
        },
        BilinearResize.apply(pattern(), 3, 4));
  }

  /** Likewise {@code (7, 2)}. */
  @Test
  void shrinksOneSideAlone() {
    assertPixels(
        new int[] {
          31, 114, 185, 88, 171, 184, 145, 158, 55, 190, 110, 112, 84, 86, 169, 60, 143, 156, 117,
          188, 108, 93, 176, 73, 150, 152, 72, 207, 46, 117, 78, 91, 174, 65, 148, 150, 122, 205,
          44, 179, 76, 89
        },
        BilinearResize.apply(pattern(), 7, 2));
  }

  /** Likewise {@code (10, 9)}: the first and the last of its pixels. */
  @Test
  void growsAsPillowDoes() {
    Picture grown = BilinearResize.apply(pattern(), 10, 9);
    assertEquals(10, grown.width());
    assertEquals(9, grown.height());
    int[] first = {0, 83, 166, 31, 114, 197, 71, 154, 173};
    int[] last = {146, 89, 210, 37, 120};
    for (int i = 0; i < first.length; i++) {
      assertEquals(first[i], grown.at(0, i / 3, i % 3));
    }
    for (int i = 0; i < last.length; i++) {
      assertEquals(last[i], grown.at(8, 8 + (i + 1) / 3, (i + 1) % 3));
    }
  }

  @Test
  void keepsWhatHasTheSize() {
    Picture picture = pattern();
    assertSame(picture, BilinearResize.apply(picture, 7, 5));
  }
}
