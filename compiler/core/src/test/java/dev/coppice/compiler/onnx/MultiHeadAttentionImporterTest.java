package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.onnx.MicrosoftNode.ints;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** MultiHeadAttention of com.microsoft gives what ONNX Runtime gives. */
final class MultiHeadAttentionImporterTest {
  private static final AttributeProto HEADS = attribute("num_heads", 2);

  /** Two examples, four queries, {@code keys} keys, heads of three elements. */
  private static MicrosoftNode operands(int keys) {
    Random r = new Random(11);
    return given()
        .input("q", floats(r, 2, 4, 6))
        .input("k", floats(r, 2, keys, 6))
        .input("v", floats(r, 2, keys, 8))
        .constant("b", floats(r, 20));
  }

  @Test
  void selfAndCrossAttention() {
    for (int keys : new int[] {4, 5}) {
      operands(keys).agrees("y = MultiHeadAttention(q, k, v)", HEADS);
      operands(keys).agrees("y = MultiHeadAttention(q, k, v, b)", HEADS, attribute("scale", .2f));
      operands(keys).agrees("y, pk, pv = MultiHeadAttention(q, k, v, b)", HEADS);
    }
    operands(4).agrees("y = MultiHeadAttention(q, k, v, b)", HEADS, attribute("unidirectional", 1));
  }

  @Test
  void masks() {
    Tensor[] masks = {
      ints(new int[] {2}, 3, 1),
      ints(new int[] {2, 5}, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0),
      ints(new int[] {2, 5}, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0),
    };
    for (Tensor mask : masks) {
      operands(5).input("m", mask).agrees("y = MultiHeadAttention(q, k, v, b, m)", HEADS);
      operands(5)
          .input("m", mask)
          .input("s", floats(new Random(3), 1, 2, 4, 5))
          .agrees(
              "y = MultiHeadAttention(q, k, v, , m, s)",
              HEADS,
              attribute("mask_filter_value", -2f));
    }
  }

  @Test
  void pastKeysAndValues() {
    for (int causal = 0; causal < 2; causal++) {
      Random r = new Random(12);
      given()
          .input("q", floats(r, 2, 4, 6))
          .input("k", floats(r, 2, 4, 6))
          .input("v", floats(r, 2, 4, 6))
          .input("pk", floats(r, 2, 2, 3, 3))
          .input("pv", floats(r, 2, 2, 3, 3))
          .constant("b", floats(r, 18))
          .agrees(
              "y, nk, nv = MultiHeadAttention(q, k, v, b, , , pk, pv)",
              HEADS,
              attribute("unidirectional", causal));
    }
  }

  @Test
  void keysAndValuesThatAreSplitIntoHeads() {
    Random r = new Random(13);
    given()
        .input("q", floats(r, 2, 4, 6))
        .input("k", floats(r, 2, 2, 5, 3))
        .input("v", floats(r, 2, 2, 5, 3))
        .agrees("y = MultiHeadAttention(q, k, v)", HEADS);
  }

  @Test
  void refusesWhatIsPackedOrShared() {
    String where = "[UnsupportedAttribute] m.onnx, node 'y' (MultiHeadAttention): attribute ";
    Random r = new Random(14);
    given()
        .input("q", floats(r, 2, 4, 2, 3, 3))
        .refused(
            "y = MultiHeadAttention(q)",
            where
                + "'query' (an operand) is not supported; it holds keys or values, too; give"
                + " queries, keys and values separately. Re-export the model without it.",
            HEADS);
    operands(5)
        .refused(
            "y = MultiHeadAttention(q, k, v)",
            where
                + "'unidirectional' is not supported; there are not as many new keys as queries."
                + " Re-export the model without it.",
            HEADS,
            attribute("unidirectional", 1));
    operands(4)
        .constant("p", ints(new int[] {1}, 2))
        .refused(
            "y = MultiHeadAttention(q, k, v, , , , , , p)",
            where
                + "'past_sequence_length' (an operand) is not supported; the past is expected to be"
                + " as long as it is. Re-export the model without it.",
            HEADS);
    operands(4)
        .constant("p", floats(r, 2, 2, 3, 3))
        .invalid(
            "y = MultiHeadAttention(q, k, v, , , , p)",
            "past keys and past values are only given together",
            HEADS);
  }
}
