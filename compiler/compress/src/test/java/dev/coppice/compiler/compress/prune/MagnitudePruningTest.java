package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MagnitudePruningTest {
  @Test
  void removesExactlyAsManyAsAskedFor() {
    for (int n : new int[] {1, 2, 7, 1000, 4097}) {
      float[] values = random(n, n);
      for (int percent = 0; percent <= 100; percent += 5) {
        long zeros = MagnitudePruning.count(percent / 100.0, n);
        assertEquals(Math.round(percent / 100.0 * n), zeros);
        float[] pruned = MagnitudePruning.prune(tensor(values), zeros).toFloats();
        assertEquals(zeros, zeros(pruned));
        assertArrayEquals(bySorting(values, (int) zeros), pruned);
      }
    }
  }

  @Test
  void tiesAreBrokenByIndex() {
    float[] values = {2, -1, 1, -1, 3, 1, 1, -1};
    assertArrayEquals(
        new float[] {2, 0, 0, 0, 3, 1, 1, -1},
        MagnitudePruning.prune(tensor(values), 3).toFloats());
  }

  @Test
  void zerosCountAmongTheSmallest() {
    float[] values = {0, -0f, 1, 2, 0};
    assertArrayEquals(
        new float[] {0, 0, 0, 2, 0}, MagnitudePruning.prune(tensor(values), 4).toFloats());
  }

  @Test
  void anUndefinedWeightGoesLast() {
    float[] values = {Float.NaN, 5, Float.NEGATIVE_INFINITY};
    assertArrayEquals(
        new float[] {Float.NaN, 0, 0}, MagnitudePruning.prune(tensor(values), 2).toFloats());
  }

  @Test
  void rejectsMoreThanThereAre() {
    Tensor one = tensor(new float[] {1});
    assertThrows(IllegalArgumentException.class, () -> MagnitudePruning.prune(one, 2));
    assertThrows(IllegalArgumentException.class, () -> MagnitudePruning.prune(one, -1));
  }

  @Test
  void ranksAreCountedOverSeveralTensors() {
    Tensor a = tensor(new float[] {5, -1, 3});
    Tensor b = tensor(new float[] {-3, 2, 3});
    Magnitudes both = Magnitudes.of(List.of(() -> a, () -> b));
    float[] sorted = {1, 2, 3, 3, 3, 5};
    for (int rank = 1; rank <= 6; rank++) {
      assertEquals(sorted[rank - 1], both.smallest(rank));
    }
    assertEquals(2, both.below(3));
    assertEquals(3, both.at(3));
    assertThrows(IllegalArgumentException.class, () -> both.smallest(0));
    assertThrows(IllegalArgumentException.class, () -> both.smallest(7));
  }

  private static float[] bySorting(float[] values, int zeros) {
    Integer[] order = new Integer[values.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (i, j) -> Float.compare(Math.abs(values[i]), Math.abs(values[j])));
    float[] pruned = values.clone();
    for (int i = 0; i < zeros; i++) {
      pruned[order[i]] = 0;
    }
    return pruned;
  }

  private static float[] random(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = Math.round(random.nextGaussian() * 300 + 0.5) / 64f + 0.001f;
    }
    return values;
  }

  private static long zeros(float[] values) {
    long zeros = 0;
    for (float value : values) {
      zeros += value == 0 ? 1 : 0;
    }
    return zeros;
  }

  private static Tensor tensor(float[] values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }
}
