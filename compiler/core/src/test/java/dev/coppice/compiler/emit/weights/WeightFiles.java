package dev.coppice.compiler.emit.weights;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.runtime.Weights;
import java.util.Arrays;

/** Weight files read again, whole and damaged. */
final class WeightFiles {
  private WeightFiles() {}

  /** The weights of a file for the model {@code hash}, which came in string constants. */
  static Weights read(String hash, byte[] file) {
    return Weights.of(hash, PackedWriter.pack(file).toArray(String[]::new));
  }

  /** Each bit of the first {@code bytes} flipped, and the file cut at each of them, is reported. */
  static void assertDamageIsReported(String hash, byte[] file, int bytes) {
    for (int i = 0; i < bytes; i++) {
      for (int bit = 1; bit < 256; bit <<= 1) {
        byte[] damaged = file.clone();
        damaged[i] ^= (byte) bit;
        assertReported(hash, damaged);
      }
      assertReported(hash, Arrays.copyOf(file, i));
    }
  }

  private static void assertReported(String hash, byte[] file) {
    String message =
        assertThrows(IllegalStateException.class, () -> read(hash, file).floats()).getMessage();
    assertTrue(message.startsWith("[Weights"), message);
  }
}
