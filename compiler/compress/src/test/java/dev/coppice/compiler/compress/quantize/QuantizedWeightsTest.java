package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantizedWeightsTest {
  @Test
  void theLargestWeightOfEachChannelIs127() {
    Tensor w = Tensor.ofFloats(Shape.of(2, 3), 1.27f, -0.01f, 0.015f, 0, -254, 3);
    QuantizedWeights q = QuantizedWeights.of(w, 0);
    assertArrayEquals(new long[] {127, -1, 2, 0, -127, 2}, q.values().toLongs());
    assertArrayEquals(new float[] {1.27f / 127, 2}, q.scales().toFloats());
    QuantizedWeights columns = QuantizedWeights.of(w, 1);
    assertArrayEquals(new long[] {127, 0, 1, 0, -127, 127}, columns.values().toLongs());
    assertEquals(Shape.of(3), columns.scales().shape());
    QuantizedWeights one = QuantizedWeights.of(w, -1);
    assertArrayEquals(new long[] {1, 0, 0, 0, -127, 2}, one.values().toLongs());
    assertEquals(Shape.SCALAR, one.scales().shape());
  }

  @Test
  void theErrorIsAtMostHalfAStep() {
    for (int axis = -1; axis < 3; axis++) {
      Tensor w = random(5, axis + 10);
      QuantizedWeights q = QuantizedWeights.of(w, axis);
      Tensor back = q.dequantized();
      int stride = axis < 0 ? w.size() : axis == 0 ? 42 : axis == 1 ? 7 : 1;
      for (int i = 0; i < w.size(); i++) {
        float step = q.scales().floatAt(i / stride % q.scales().size());
        assertEquals(w.floatAt(i), back.floatAt(i), step * 0.500001f);
      }
    }
  }

  @Test
  void quantizingTwiceKeepsTheBytes() {
    for (int seed = 0; seed < 50; seed++) {
      QuantizedWeights once = QuantizedWeights.of(random(8, seed), 0);
      QuantizedWeights twice = QuantizedWeights.of(once.dequantized(), 0);
      assertEquals(once.values(), twice.values());
    }
  }

  @Test
  void zeroStaysZeroAndAChannelOfZerosHasScaleOne() {
    Tensor w = Tensor.ofFloats(Shape.of(2, 2), 0, 0, -0f, 5);
    QuantizedWeights q = QuantizedWeights.of(w, 0);
    assertEquals(1, q.scales().floatAt(0));
    assertArrayEquals(new float[] {0, 0, 0, 5}, q.dequantized().toFloats());
  }

  @Test
  void uniformWeightsLoseAboutEightBits() {
    Random random = new Random(1);
    float[] values = new float[100_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    Tensor w = Tensor.ofFloats(Shape.of(values.length), values);
    Tensor back = QuantizedWeights.of(w, -1).dequantized();
    double noise = 0;
    double signal = 0;
    for (int i = 0; i < values.length; i++) {
      signal += values[i] * values[i];
      noise += Math.pow(values[i] - back.floatAt(i), 2);
    }
    double decibels = 10 * Math.log10(signal / noise);
    assertTrue(decibels > 6.02 * 8 - 1 && decibels < 6.02 * 8 + 1, decibels + " dB");
  }

  @Test
  void refusesWeightsThatAreNotFinite() {
    Tensor w = Tensor.ofFloats(Shape.of(2), 1, Float.NaN);
    assertEquals(
        "element 1 is NaN",
        assertThrows(IllegalArgumentException.class, () -> QuantizedWeights.of(w, -1))
            .getMessage());
  }

  @Test
  void clippingNeverRaisesTheSquaredError() {
    for (WeightType type : new WeightType[] {WeightType.INT8, WeightType.INT4, WeightType.INT2}) {
      Tensor w = random(4, type.bits());
      WeightGroups groups = WeightGroups.channels(w.shape(), 0);
      for (boolean symmetric : new boolean[] {true, false}) {
        double whole =
            RelativeError.of(w, QuantizedWeights.of(w, type, groups, symmetric).dequantized());
        double closest =
            RelativeError.of(w, QuantizedWeights.closest(w, type, groups, symmetric).dequantized());
        assertTrue(closest <= whole, type + ": " + closest + " of " + whole);
        assertTrue(type == WeightType.INT8 || closest < 0.98 * whole, type + ": " + closest);
      }
    }
  }

  @Test
  void asymmetricRangesUseAllIntegersAndZeroStaysZero() {
    Tensor w = Tensor.ofFloats(Shape.of(4), -1, 0, 2, 2.75f);
    QuantizedWeights q =
        QuantizedWeights.of(w, WeightType.INT4, WeightGroups.all(w.shape()), false);
    assertArrayEquals(new long[] {-8, -4, 4, 7}, q.values().toLongs());
    assertEquals(0.25f, q.scales().floatAt(0));
    assertEquals(-4, q.zeroPoints().orElseThrow().longAt(0));
    assertEquals(0, q.dequantized().floatAt(1));
    assertEquals(4 * 4 + 32 + 4, q.storedBits());
  }

  @Test
  void aCoarserScaleChangesItsGroupAlone() {
    Tensor w = Tensor.ofFloats(Shape.of(2, 2), 1.27f, 0.5f, 1.27f, 0.5f);
    QuantizedWeights q = QuantizedWeights.of(w, 0);
    assertEquals(q, q.notFinerThan(w, new float[] {0, 0.001f}));
    QuantizedWeights coarser = q.notFinerThan(w, new float[] {0, 0.1f});
    assertArrayEquals(new long[] {127, 50, 13, 5}, coarser.values().toLongs());
    assertEquals(0.1f, coarser.scales().floatAt(1));
  }

  private static Tensor random(int channels, long seed) {
    Random random = new Random(seed);
    float[] values = new float[channels * 6 * 7];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.ofFloats(Shape.of(channels, 6, 7), values);
  }
}
