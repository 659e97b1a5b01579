package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.onnx.MicrosoftNode.ints;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** EmbedLayerNormalization of com.microsoft gives what ONNX Runtime gives. */
final class EmbedNormalizationImporterTest {
  private static final AttributeProto EPSILON = attribute("epsilon", .001f);

  private static MicrosoftNode operands() {
    Random r = new Random(1);
    return given()
        .input("i", ints(new int[] {2, 3}, 4, 0, 6, 1, 1, 5))
        .input("g", ints(new int[] {2, 3}, 0, 0, 1, 0, 1, 1))
        .constant("w", floats(r, 7, 8))
        .constant("p", floats(r, 5, 8))
        .constant("s", floats(r, 2, 8))
        .constant("a", floats(r, 8))
        .constant("b", floats(r, 8))
        .input("m", ints(new int[] {2, 3}, 1, 1, 0, 1, 0, 0));
  }

  @Test
  void sumsAndCounts() {
    operands().agrees("y, n = EmbedLayerNormalization(i, g, w, p, s, a, b, m)", EPSILON);
    operands().agrees("y, n, e = EmbedLayerNormalization(i, g, w, p, s, a, b)", EPSILON);
    for (int type = 0; type < 2; type++) {
      operands()
          .agrees(
              "y, n, e = EmbedLayerNormalization(i, , w, p, , a, b, m)",
              EPSILON,
              attribute("mask_index_type", type));
    }
  }

  @Test
  void positionsThatAreGiven() {
    for (int[] dims : new int[][] {{2, 3}, {1, 3}}) {
      long[] positions = dims[0] == 1 ? new long[] {4, 2, 0} : new long[] {4, 2, 0, 1, 1, 3};
      operands()
          .input("q", ints(dims, positions))
          .agrees("y, n, e = EmbedLayerNormalization(i, g, w, p, s, a, b, m, q)", EPSILON);
    }
  }

  @Test
  void refusesTablesThatAreTooShortOrAbsent() {
    operands()
        .constant("t", floats(new Random(2), 2, 8))
        .invalid(
            "y, n = EmbedLayerNormalization(i, g, w, t, s, a, b)",
            "the table of positions is f32[2,8], which is too short for [2,3]");
    operands()
        .invalid(
            "y, n = EmbedLayerNormalization(i, g, w, p, , a, b)",
            "segments and their table are only given together");
  }
}
