package dev.coppice.compiler.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.ScaleParts.Part;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScalePartsTest {
  @Test
  void oneScaleIsOnePart() {
    assertEquals(List.of(new Part(90, 1, 90, 90)), parts(90, i -> i, 1, 90));
  }

  @Test
  void channelsFollowEachOther() {
    assertEquals(List.of(new Part(90, 10, 9, 90)), parts(90, i -> i, 10, 9));
  }

  @Test
  void channelsTakeTurns() {
    // [c=10, k=9] read as [k, c].
    assertEquals(List.of(new Part(90, 10, 1, 90)), parts(90, i -> i % 10 * 9 + i / 10, 10, 9));
  }

  @Test
  void panelsOfTwoWidthsAreTwoParts() {
    // [n=20, k=6] read in panels of 8, 8 and 4 columns.
    IntUnaryOperator order =
        i -> {
          int panel = i / 48;
          int width = panel == 2 ? 4 : 8;
          int at = i - 48 * panel;
          return (8 * panel + at % width) * 6 + at / width;
        };
    assertEquals(List.of(new Part(96, 8, 1, 48), new Part(24, 4, 1, 24)), parts(120, order, 20, 6));
  }

  @Test
  void blocksOfPanelsAreThePeriod() {
    // [k=12, n=8] with blocks of 4 along k, read as it is.
    Tensor w = Tensor.splat(TensorType.of(DType.FLOAT32, 96), 1);
    ScaledLevels levels = new ScaledLevels(new float[24], 8, 1, 32, 0);
    assertEquals(
        List.of(new Part(96, 8, 1, 32)),
        ScaleParts.of(Reordered.identity(w), levels, 96).orElseThrow().parts());
  }

  @Test
  void paddingTakesTheScaleBesideItWhereThatIsSmaller() {
    // Runs of nine and seven zeros, as one part of runs of sixteen.
    IntUnaryOperator runs = i -> i % 16 < 9 ? i / 16 * 9 + i % 16 : -1;
    assertEquals(List.of(new Part(160, 10, 16, 160)), parts(160, runs, 10, 9));
    // Ten of sixteen lanes: a scale of its own for each run of lanes without a channel.
    IntUnaryOperator lanes = i -> i % 16 < 10 ? i % 16 * 9 + i / 16 : -1;
    ScaleParts found = of(144, lanes, 10, 9);
    assertTrue(found.scales().length <= 16 * 9, found.parts().toString());
    assertSame(found, 144, lanes, 9);
  }

  @Test
  void anyOrderIsDescribed() {
    Random random = new Random(2);
    for (int round = 0; round < 200; round++) {
      int size = 1 + random.nextInt(300);
      int run = 1 + random.nextInt(12);
      int[] order = IntStream.range(0, size).map(i -> random.nextInt(size + 9) - 9).toArray();
      for (int i = 1; i < size && round % 2 == 0; i++) {
        order[i] = i % run == 0 ? order[i] : order[i - 1];
      }
      int groups = (size + 3) / 4;
      assertSame(of(size, i -> Math.max(-1, order[i]), groups, 4), size, i -> order[i], 4);
    }
  }

  @Test
  void moreScalesThanAllowedAreNone() {
    Tensor w = Tensor.splat(TensorType.of(DType.FLOAT32, 90), 1);
    ScaledLevels levels = new ScaledLevels(new float[10], 10, 9, 90, 0);
    assertTrue(ScaleParts.of(Reordered.identity(w), levels, 9).isEmpty());
    assertTrue(ScaleParts.of(Reordered.identity(w), levels, 10).isPresent());
  }

  private static List<Part> parts(int size, IntUnaryOperator order, int groups, int stride) {
    ScaleParts found = of(size, order, groups, stride);
    assertSame(found, size, order, stride);
    return found.parts();
  }

  /** The parts of elements from runs of {@code stride} elements with the scales 1, 2 and so on. */
  private static ScaleParts of(int size, IntUnaryOperator order, int groups, int stride) {
    float[] scales = new float[groups];
    for (int g = 0; g < groups; g++) {
      scales[g] = g + 1;
    }
    int elements = groups * stride;
    Tensor source = Tensor.splat(TensorType.of(DType.FLOAT32, elements), 1);
    Tensor data = Tensor.splat(TensorType.of(DType.FLOAT32, size), 1);
    ScaledLevels levels = new ScaledLevels(scales, groups, stride, elements, 0);
    return ScaleParts.of(new Reordered(data, source, order), levels, size).orElseThrow();
  }

  /** Every element that is not padding has the scale of its group. */
  private static void assertSame(ScaleParts found, int size, IntUnaryOperator order, int stride) {
    int[] numbers = found.numbers();
    assertEquals(size, numbers.length);
    for (int i = 0; i < size; i++) {
      if (order.applyAsInt(i) >= 0) {
        assertEquals(order.applyAsInt(i) / stride + 1, found.scales()[numbers[i]], "" + i);
      }
    }
    int scales = 0;
    for (Part p : found.parts()) {
      assertEquals(0, p.elements() % p.period());
      assertEquals(0, p.period() % (p.channels() * p.stride()));
      scales += p.scales();
    }
    assertEquals(scales, found.scales().length);
    assertEquals(4 + 16 * found.parts().size() + 4 * scales, found.bytes());
  }
}
