package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.emit.weights.StoredTensor;
import dev.coppice.compiler.emit.weights.StoredWeights;
import dev.coppice.compiler.emit.weights.WeightBits;
import java.util.List;
import org.junit.jupiter.api.Test;

final class StorageTextTest {
  @Test
  void everyPartIsListedWithItsBytes() {
    WeightBits bits = new WeightBits(160, 0, 144, 64, 12_001, 3000, 0, 7);
    WeightBits order = new WeightBits(128, 0, 0, 0, 0, 0, 104, 0);
    StoredTensor o = new StoredTensor("conv1~1.w", 0, "order of 9216 elements, 3 loops", order);
    StoredTensor w = new StoredTensor("conv1.w", 9216, "codebook of 4, Huffman-coded", bits);
    StoredTensor b =
        new StoredTensor("conv1.b", 8, "fp32", new WeightBits(128, 0, 0, 0, 256, 0, 0, 0));
    assertEquals(
        List.of(
            "  storage     2,059 bytes in 3 sections and a header of 60 bytes",
            "  conv1~1.w: order of 9216 elements, 3 loops",
            "               0 elements           29 bytes: 13 order, 16 header",
            "  conv1.w: codebook of 4, Huffman-coded",
            "           9,216 elements        1,922 bytes: 1,500.125 values, 375 positions,"
                + " 18 codebook, 8 code tables, 20 header, 0.875 padding",
            "  conv1.b: fp32",
            "               8 elements           48 bytes: 32 values, 16 header"),
        StorageText.lines(new StoredWeights(List.of(o, w, b))));
  }

  @Test
  void aModelWithoutWeightsHasNoFile() {
    assertEquals(
        List.of("  storage     0 bytes in 0 sections and a header of 0 bytes"),
        StorageText.lines(new StoredWeights(List.of())));
  }
}
