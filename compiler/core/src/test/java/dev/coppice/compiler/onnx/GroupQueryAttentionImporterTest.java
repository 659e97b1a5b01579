package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.onnx.MicrosoftNode.ints;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** GroupQueryAttention of com.microsoft gives what ONNX Runtime gives. */
final class GroupQueryAttentionImporterTest {
  private static final String PLAIN = "y, pk, pv = GroupQueryAttention(q, k, v, , , l, t)";
  private static final String PAST = "y, pk, pv = GroupQueryAttention(q, k, v, ik, iv, l, t)";
  private static final String ROTARY =
      "y, pk, pv = GroupQueryAttention(q, k, v, ik, iv, l, t, c, s)";

  /** Four heads of sixteen elements in two groups. */
  private static MicrosoftNode operands(int batch, int rows, int past, int total, long... lasts) {
    Random r = new Random(21);
    return given()
        .input("q", floats(r, batch, rows, 64))
        .input("k", floats(r, batch, rows, 32))
        .input("v", floats(r, batch, rows, 32))
        .input("ik", floats(r, batch, 2, past, 16))
        .input("iv", floats(r, batch, 2, past, 16))
        .input("l", ints(new int[] {batch}, lasts))
        .constant("t", ints(new int[] {1}, total))
        .constant("c", floats(r, 12, 8))
        .constant("s", floats(r, 12, 8));
  }

  private static AttributeProto[] heads(AttributeProto... more) {
    AttributeProto[] all = Arrays.copyOf(more, more.length + 2);
    all[more.length] = attribute("num_heads", 4);
    all[more.length + 1] = attribute("kv_num_heads", 2);
    return all;
  }

  @Test
  void prompts() {
    operands(2, 5, 1, 5, 4, 4).agrees(PLAIN, heads());
    operands(2, 5, 1, 5, 4, 4).agrees(PLAIN, heads(attribute("scale", .3f)));
    operands(2, 5, 1, 5, 4, 4).agrees(PLAIN, heads(attribute("softcap", 2f)));
    operands(2, 5, 1, 5, 4, 4).agrees(PLAIN, heads(attribute("local_window_size", 2)));
  }

  @Test
  void pastOfEachExampleOfItsOwnLength() {
    operands(2, 1, 6, 7, 6, 6).agrees(PAST, heads());
    operands(2, 1, 6, 6, 5, 3).agrees(PAST, heads());
    operands(2, 1, 6, 5, 4, 2).agrees(PAST, heads(attribute("local_window_size", 3)));
    operands(1, 3, 6, 8, 7).agrees(PAST, heads());
  }

  @Test
  void rotatesQueriesAndKeys() {
    for (int woven = 0; woven < 2; woven++) {
      AttributeProto[] rotary =
          heads(attribute("do_rotary", 1), attribute("rotary_interleaved", woven));
      operands(2, 1, 6, 7, 6, 4).agrees(ROTARY, rotary);
      operands(2, 5, 1, 5, 4, 4)
          .agrees("y, pk, pv = GroupQueryAttention(q, k, v, , , l, t, c, s)", rotary);
    }
  }

  @Test
  void positionsAndWhatIsAddedToTheScores() {
    operands(2, 1, 6, 7, 6, 6)
        .input("p", Tensor.ofLongs(Shape.of(2, 1), 9, 2))
        .agrees(
            "y, pk, pv = GroupQueryAttention(q, k, v, ik, iv, l, t, c, s, p)",
            heads(attribute("do_rotary", 1)));
    for (int[] dims : new int[][] {{2, 4, 1, 7}, {1, 1, 1, 7}}) {
      operands(2, 1, 6, 7, 6, 6)
          .input("b", floats(new Random(23), dims))
          .agrees(
              "y, pk, pv = GroupQueryAttention(q, k, v, ik, iv, l, t, , , , b)",
              heads(attribute("softcap", 1.5f)));
    }
  }

  @Test
  void operandsInOne() {
    given()
        .input("q", floats(new Random(22), 2, 5, 64))
        .input("l", ints(new int[] {2}, 4, 4))
        .constant("t", ints(new int[] {1}, 5))
        .agrees("y, pk, pv = GroupQueryAttention(q, , , , , l, t)", heads());
  }

  @Test
  void refusesTotalsThatAreComputedAndSmoothing() {
    operands(1, 3, 6, 8, 7)
        .input("n", ints(new int[] {1}, 8))
        .refused(
            "y, pk, pv = GroupQueryAttention(q, k, v, ik, iv, l, n)",
            "[NotConstant] m.onnx, node 'y' (GroupQueryAttention): operand 'total_sequence_length'"
                + " must be a constant, but 'n' depends on the model's inputs. Bind the input it"
                + " depends on with --bind NAME=VALUE, or re-export with fixed shapes.",
            heads());
    operands(1, 3, 6, 8, 7)
        .refused(
            PAST,
            "[UnsupportedAttribute] m.onnx, node 'y' (GroupQueryAttention): attribute"
                + " 'smooth_softmax' is not supported; the shares of a row must add up to 1."
                + " Re-export the model without it.",
            heads(attribute("smooth_softmax", 1)));
    operands(1, 3, 6, 12, 7)
        .invalid(PAST, "the largest total is 12 for 3 new and 6 past rows", heads());
  }
}
