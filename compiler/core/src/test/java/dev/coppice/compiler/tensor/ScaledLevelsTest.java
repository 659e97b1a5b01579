package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class ScaledLevelsTest {
  @Test
  void oneScaleForAll() {
    ScaledLevels found = find(1000, i -> 0, 127);
    assertEquals(1, found.scales().length);
  }

  @Test
  void channelsOutsideAndInside() {
    assertForm(find(32 * 90, i -> i / 90, 127), 32, 1, 90, 90);
    assertForm(find(32 * 90, i -> i % 32, 127), 32, 32, 1, 32 * 90);
    assertForm(find(4 * 32 * 9, i -> i / 9 % 32, 127), 32, 32, 9, 4 * 32 * 9);
  }

  @Test
  void blocksOfAMatrixInTheOrderOfItsRows() {
    // [k=128, n=24] with blocks of 32 along k: element k * 24 + n.
    ScaledLevels found = find(128 * 24, i -> i / 24 / 32 * 24 + i % 24, 7);
    assertForm(found, 4 * 24, 24, 1, 32 * 24);
  }

  @Test
  void blocksOfAMatrixInPanels() {
    // [n/8=3][k=128][8] with blocks of 32 along k.
    ScaledLevels found = find(3 * 128 * 8, i -> i / (32 * 8) * 8 + i % 8, 7);
    assertForm(found, 4 * 24, 8, 1, 32 * 8);
  }

  @Test
  void blocksOfChannelsOfAConvolution() {
    // [oc=16][ic=64][9] with blocks of 16 input channels.
    ScaledLevels found = find(16 * 64 * 9, i -> i / (16 * 9), 7);
    assertForm(found, 64, 1, 144, 144);
  }

  @Test
  void sixteenBitsAreFoundInLongRunsAndSingleChannels() {
    assertEquals(1, find(4096, i -> 0, 32_767).scales().length);
    assertEquals(16, find(16 * 288, i -> i / 288, 32_767).scales().length);
    assertEquals(16, find(16 * 288, i -> i % 16, 32_767).scales().length);
  }

  @Test
  void randomFloatsHaveNoScales() {
    Random random = new Random(3);
    float[] values = new float[64 * 288];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    Tensor w = Tensor.ofFloats(Shape.of(values.length), values);
    assertTrue(ScaledLevels.find(w, 2, values.length, 255).isEmpty());
    assertTrue(ScaledLevels.find(w, 2, values.length, 65_535).isEmpty());
  }

  @Test
  void moreScalesThanAllowedAreNone() {
    Tensor w = Tensor.ofFloats(Shape.of(32 * 90), values(32 * 90, i -> i / 90, 127));
    assertTrue(ScaledLevels.find(w, 0, 31, 255).isEmpty());
  }

  @Test
  void bytesOfOtherTypesAndNegativeZerosHaveNoForm() {
    float[] values = values(32 * 90, i -> i / 90, 127);
    Tensor w = Tensor.ofFloats(Shape.of(values.length), values);
    assertEquals(32, ScaledLevels.inBytes(w, 0).orElseThrow().scales().length);
    values[7] = -0f;
    Tensor signed = Tensor.ofFloats(Shape.of(values.length), values);
    assertTrue(ScaledLevels.inBytes(signed, 0).isEmpty());
    assertTrue(ScaledLevels.inBytes(signed, 1).isPresent());
    assertTrue(ScaledLevels.inBytes(Tensor.ofLongs(Shape.of(2), 1, 2), 0).isEmpty());
    Tensor wide = Tensor.ofFloats(Shape.of(4096), values(4096, i -> 0, 32_767));
    assertTrue(ScaledLevels.inBytes(wide, 0).isEmpty());
  }

  @Test
  void integersOfAGroupAreNoFurtherApartThanAByteTells() {
    Tensor near = multiples(i -> i % 256 - 100);
    assertEquals(1, ScaledLevels.inBytes(near, 0).orElseThrow().scales().length);
    Tensor far = multiples(i -> i % 257 - 100);
    assertEquals(1, ScaledLevels.find(far, 0, 1000, 255).orElseThrow().scales().length);
    assertTrue(ScaledLevels.inBytes(far, 0).isEmpty());
  }

  private static Tensor multiples(IntUnaryOperator level) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 1000), i -> level.applyAsInt(i) * 0.37f);
  }

  @Test
  void divisorsAscend() {
    assertEquals(List.of(1, 2, 3, 4, 6, 9, 12, 18, 36), ScaledLevels.divisors(36));
    assertEquals(List.of(1), ScaledLevels.divisors(1));
  }

  private static void assertForm(
      ScaledLevels found, int scales, int channels, int stride, int period) {
    assertEquals(
        List.of(scales, channels, stride, period),
        List.of(found.scales().length, found.channels(), found.stride(), found.period()));
  }

  /**
   * The form of integers up to {@code most} times the scale of their group; checks each element.
   */
  private static ScaledLevels find(int size, IntUnaryOperator group, int most) {
    float[] values = values(size, group, most);
    Tensor w = Tensor.ofFloats(Shape.of(size), values);
    Optional<ScaledLevels> found = ScaledLevels.find(w, 0, size, most > 255 ? 65_535 : 255);
    ScaledLevels levels = found.orElseThrow();
    for (int i = 0; i < size; i++) {
      assertEquals(values[i], levels.level(i, values[i]) * levels.scales()[levels.group(i)]);
    }
    return levels;
  }

  private static float[] values(int size, IntUnaryOperator group, int most) {
    Random random = new Random(most);
    float[] scales = new float[size];
    for (int i = 0; i < size; i++) {
      scales[i] = random.nextFloat() + 0.01f;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (random.nextInt(2 * most + 1) - most) * scales[group.applyAsInt(i)];
    }
    return values;
  }
}
