package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScaledCodebookTest {
  private static final int MAX_ULPS = 4;

  @Test
  void factorsOfOutputChannelsAreFound() {
    for (int entries : new int[] {2, 16, 64}) {
      Tensor w = scaled(Shape.of(24, 16, 3, 3), 144, entries, 0, entries);
      ScaledCodebook found = assertDecodes(w);
      assertEquals(24, found.groups().scales().length);
      assertEquals(entries, found.book().length);
    }
  }

  @Test
  void factorsOfColumnsAreFound() {
    Tensor w = scaled(Shape.of(200, 24), 1, 16, 0, 7);
    ScaledCodebook found = assertDecodes(w);
    assertEquals(1, found.groups().stride());
    assertEquals(24, found.groups().channels());
  }

  @Test
  void zerosAreNoEntriesAndChannelsMayLackSome() {
    Tensor w = scaled(Shape.of(24, 16, 3, 3), 144, 32, 0.7, 8);
    ScaledCodebook found = assertDecodes(w);
    assertTrue(found.book().length <= 33, found.book().length + " entries");
  }

  @Test
  void aChannelOfZerosFitsAnyFactor() {
    float[] values = scaled(Shape.of(8, 100), 100, 5, 0, 9).toFloats();
    java.util.Arrays.fill(values, 300, 400, 0);
    assertDecodes(Tensor.ofFloats(Shape.of(8, 100), values));
  }

  @Test
  void randomFloatsHaveNoBook() {
    Random random = new Random(1);
    float[] values = new float[24 * 144];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor w = Tensor.ofFloats(Shape.of(24, 16, 3, 3), values);
    assertTrue(ScaledCodebook.find(w, MAX_ULPS).isEmpty());
  }

  @Test
  void booksOfTheirOwnAreNotOneBook() {
    Random random = new Random(2);
    float[] values = new float[24 * 144];
    for (int c = 0; c < 24; c++) {
      float[] own = new float[16];
      for (int j = 0; j < own.length; j++) {
        own[j] = (float) random.nextGaussian();
      }
      for (int i = 0; i < 144; i++) {
        values[c * 144 + i] = own[random.nextInt(16)];
      }
    }
    Tensor w = Tensor.ofFloats(Shape.of(24, 16, 3, 3), values);
    assertTrue(ScaledCodebook.find(w, MAX_ULPS).isEmpty());
  }

  private static ScaledCodebook assertDecodes(Tensor w) {
    ScaledCodebook found = ScaledCodebook.find(w, MAX_ULPS).orElseThrow();
    assertTrue(found.groups().ulps() <= MAX_ULPS);
    for (int i = 0; i < w.size(); i++) {
      float value = w.floatAt(i);
      float entry = Float.intBitsToFloat(found.entry(i, value));
      float decoded = entry * found.groups().scales()[found.groups().group(i)];
      assertEquals(value, decoded, found.groups().ulps() * Math.ulp(value), "" + i);
    }
    return found;
  }

  /** Entries of one book, some zero, times a factor of either sign for each channel. */
  private static Tensor scaled(Shape shape, int stride, int entries, double zeros, long seed) {
    Random random = new Random(seed);
    int channels = stride == 1 ? shape.dim(-1) : shape.dim(0);
    float[] book = new float[entries];
    float[] factors = new float[channels];
    for (int j = 0; j < entries; j++) {
      book[j] = (float) random.nextGaussian();
    }
    for (int c = 0; c < channels; c++) {
      factors[c] = (0.1f + random.nextFloat()) * (random.nextBoolean() ? 1 : -1);
    }
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      float entry = random.nextDouble() < zeros ? 0 : book[random.nextInt(entries)];
      values[i] = entry == 0 ? 0 : entry * factors[i / stride % channels];
    }
    return Tensor.ofFloats(shape, values);
  }
}
