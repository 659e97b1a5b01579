package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.linalg.NormalEquations;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReconstructedRoundingTest {
  private static final int OUTPUTS = 6;
  private static final int INPUTS = 24;

  @Test
  void keepsTheOutputBetterThanNearestRoundingOnCorrelatedInputs() {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      InputGrams grams = grams(random, 0.9);
      Tensor w = SmallNetwork.random(random, 1, OUTPUTS, INPUTS);
      for (WeightType type : new WeightType[] {WeightType.INT8, WeightType.INT4, WeightType.INT2}) {
        QuantizedWeights nearest =
            QuantizedWeights.closest(w, type, WeightGroups.channels(w.shape(), 0), true);
        QuantizedWeights kept = ReconstructedRounding.round(w, nearest, grams);
        double before = grams.squaredError(error(w, nearest));
        double after = grams.squaredError(error(w, kept));
        assertTrue(after < 0.7 * before, type + ": " + after + " of " + before);
        for (int i = 0; i < w.size(); i++) {
          long q = kept.values().longAt(i);
          assertTrue(q >= type.low(true) && q <= type.high());
        }
      }
    }
  }

  /** Where inputs do not depend on each other, the nearest integer is the best. */
  @Test
  void isNearestRoundingOnIndependentInputs() {
    Random random = new Random(1);
    NormalEquations sums = new NormalEquations(INPUTS, 0);
    for (int k = 0; k < INPUTS; k++) {
      float[] row = new float[INPUTS];
      row[k] = 1 + random.nextFloat();
      sums.add(row, 0, new float[0], 0);
    }
    InputGrams grams = new InputGrams(inputs(), List.of(List.of(sums.gram(false))));
    Tensor w = SmallNetwork.random(random, 1, OUTPUTS, INPUTS);
    QuantizedWeights nearest =
        QuantizedWeights.of(w, WeightType.INT4, WeightGroups.channels(w.shape(), 0), true);
    assertEquals(nearest.values(), ReconstructedRounding.round(w, nearest, grams).values());
  }

  /** Inputs that are always zero say nothing. */
  @Test
  void inputsThatAreNeverThereDoNotMatter() {
    NormalEquations sums = new NormalEquations(INPUTS, 0);
    sums.add(new float[INPUTS], 0, new float[0], 0);
    InputGrams grams = new InputGrams(inputs(), List.of(List.of(sums.gram(false))));
    Tensor w = SmallNetwork.random(new Random(2), 1, OUTPUTS, INPUTS);
    QuantizedWeights nearest =
        QuantizedWeights.of(w, WeightType.INT4, WeightGroups.channels(w.shape(), 0), true);
    assertEquals(nearest.values(), ReconstructedRounding.round(w, nearest, grams).values());
  }

  private static float[] error(Tensor w, QuantizedWeights q) {
    Tensor after = q.dequantized();
    float[] error = new float[w.size()];
    for (int i = 0; i < error.length; i++) {
      error[i] = w.floatAt(i) - after.floatAt(i);
    }
    return error;
  }

  private static InputGrams grams(Random random, double correlation) {
    NormalEquations sums = new NormalEquations(INPUTS, 0);
    for (int r = 0; r < 500; r++) {
      float[] row = new float[INPUTS];
      double common = random.nextGaussian();
      for (int k = 0; k < INPUTS; k++) {
        row[k] = (float) (correlation * common + (1 - correlation) * random.nextGaussian());
      }
      sums.add(row, 0, new float[0], 0);
    }
    return new InputGrams(inputs(), List.of(List.of(sums.gram(false))));
  }

  private static LayerInputs inputs() {
    return new LayerInputs(Shape.of(1, INPUTS), Optional.empty(), 1, OUTPUTS, INPUTS, 1, 1, 1, 1);
  }
}
