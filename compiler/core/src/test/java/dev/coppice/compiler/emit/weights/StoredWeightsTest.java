package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoredWeightsTest {
  @Test
  void theFileIsItsHeaderAndSections() {
    StoredTensor a = new StoredTensor("a", 30, "fp32", new WeightBits(128, 0, 0, 0, 960, 0, 0, 0));
    StoredTensor b = new StoredTensor("b", 10, "int8", new WeightBits(128, 0, 0, 0, 80, 0, 0, 0));
    StoredWeights weights = new StoredWeights(List.of(a, b));
    assertEquals(60 + 16 + 120 + 16 + 10, weights.fileBytes());
    assertEquals(40, weights.elements());
    assertEquals(222 * 8 / 40.0, weights.bitsPerElement());
  }

  @Test
  void withoutWeightsThereIsNoFile() {
    assertEquals(0, new StoredWeights(List.of()).fileBytes());
    assertEquals(0, new StoredWeights(List.of()).bitsPerElement());
  }
}
