package dev.coppice.examples.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class DigitImagesTest {
  @Test
  void testImagesAreTheLastFiveHundred() throws IOException {
    DigitImages images = DigitImages.forTest();
    assertEquals(500, images.size());
    int[] count = new int[DigitImages.CLASSES];
    for (int label : images.labels()) {
      count[label]++;
    }
    assertArrayEquals(new int[] {50, 51, 49, 51, 51, 51, 51, 50, 46, 50}, count);
  }

  @Test
  void pixelsAreSixteenShadesOfInk() throws IOException {
    float largest = 0;
    for (float[] image : DigitImages.forTest().pixels()) {
      assertEquals(DigitImages.PIXELS, image.length);
      for (float pixel : image) {
        assertTrue(pixel >= 0 && pixel <= 16 && pixel == (int) pixel, "pixel " + pixel);
        largest = Math.max(largest, pixel);
      }
    }
    assertEquals(16, largest);
  }
}
