package dev.coppice.examples.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class DigitClassifierTest {
  private final DigitImages images = DigitImages.forTest();
  private final Evaluation evaluation = new Evaluation(images);
  private final DigitClassifier dense = new DenseDigits();
  private final DigitClassifier small = new SmallDigits();

  DigitClassifierTest() throws IOException {}

  @Test
  void denseNetworkIsAsRightAsItWasWhenTrained() {
    assertEquals(0.990, evaluation.right(dense) / (double) images.size(), 0.002);
  }

  @Test
  void compressionCostsAtMostHalfAPoint() {
    double loss = (evaluation.right(dense) - evaluation.right(small)) / (double) images.size();
    assertTrue(loss <= 0.005, "accuracy lost: " + loss);
  }

  @Test
  void compressedWeightsAreAFifthOrLess() throws IOException {
    Footprint before = Footprint.of(DenseDigits.class);
    Footprint after = Footprint.of(SmallDigits.class);
    assertTrue(after.weights() * 5 <= before.weights(), before + " to " + after);
    assertTrue(after.jar() * 5 <= before.jar(), before + " to " + after);
  }

  @Test
  void runsAllocateNothing() {
    assertEquals(0, evaluation.allocatedBytes(dense));
    assertEquals(0, evaluation.allocatedBytes(small));
  }

  @Test
  void pluginAndAnnotationCompileTheSame() {
    agree(dense, new dev.coppice.examples.digits.maven.DenseDigits()::run);
    agree(small, new dev.coppice.examples.digits.maven.SmallDigits()::run);
  }

  private void agree(DigitClassifier annotated, DigitClassifier plugged) {
    float[] expected = new float[DigitImages.CLASSES];
    float[] actual = new float[DigitImages.CLASSES];
    for (float[] image : images.pixels()) {
      annotated.classify(image, expected);
      plugged.classify(image, actual);
      assertArrayEquals(expected, actual);
    }
  }
}
