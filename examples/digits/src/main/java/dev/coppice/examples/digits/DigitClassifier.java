package dev.coppice.examples.digits;

import dev.coppice.annotations.OnnxModel;

/**
 * Recognises a handwritten digit. The annotation processor compiles the trained network to {@link
 * DenseDigits} and its compressed form to {@link SmallDigits}; both implement this interface.
 */
@OnnxModel(value = "src/main/models/digits.onnx", className = "DenseDigits")
@OnnxModel(value = "target/models/digits-small.onnx", className = "SmallDigits")
interface DigitClassifier {
  /**
   * Scores every digit.
   *
   * @param image 8x8 pixels row by row, 0 (paper) to 16 (ink)
   * @param scores receives 10 scores; the digit is the index of the largest
   */
  void classify(float[] image, float[] scores);
}
