package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.bytes;
import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.onnx.MicrosoftNode.ints;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import dev.coppice.compiler.testing.Stages;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Attention and QAttention of com.microsoft give what ONNX Runtime gives. */
final class PackedAttentionImporterTest {
  private static final String PLAIN = "y = Attention(x, w, b)";
  private static final String MASKED = "y = Attention(x, w, b, m)";

  /** Two examples of four rows of six elements for two heads. */
  private static MicrosoftNode operands(int width) {
    Random r = new Random(5);
    return given()
        .input("x", floats(r, 2, 4, 6))
        .constant("w", small(r, 6, width))
        .constant("b", small(r, width));
  }

  private static Tensor small(Random r, int... dims) {
    return Tensor.fromDoubles(TensorType.of(DType.FLOAT32, dims), i -> .4 * r.nextGaussian());
  }

  private static AttributeProto[] heads(AttributeProto... more) {
    AttributeProto[] all = Arrays.copyOf(more, more.length + 1);
    all[more.length] = attribute("num_heads", 2);
    return all;
  }

  @Test
  void scalesAndCausality() {
    operands(24).agrees(PLAIN, heads());
    operands(24).agrees(PLAIN, heads(attribute("scale", .3f)));
    operands(24).agrees(PLAIN, heads(attribute("unidirectional", 1)));
  }

  /** ONNX Runtime has no kernel without it. */
  @Test
  void noBiasIsABiasOfZeros() {
    Random r = new Random(8);
    OnnxModels graph =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2, 4, 6)
            .initializer("w", small(r, 6, 24))
            .initializer("b", Tensor.splat(TensorType.of(DType.FLOAT32, 24), 0))
            .node("y = Attention(x, w)", attribute("num_heads", 2))
            .node("z = Attention(x, w, b)", attribute("num_heads", 2))
            .output("y")
            .output("z");
    List<Tensor> both =
        Stages.run(
                Imports.graph(RuntimeOracle.model(graph, "Attention")),
                List.of(List.of(floats(r, 2, 4, 6))))
            .get(0);
    assertArrayEquals(both.get(1).toFloats(), both.get(0).toFloats());
  }

  @Test
  void widthsOfQueriesKeysAndValues() {
    operands(20).agrees(PLAIN, heads(attribute("qkv_hidden_sizes", new int[] {4, 4, 12})));
  }

  @Test
  void masks() {
    Tensor[] masks = {
      ints(new int[] {2}, 3, 1),
      ints(new int[] {4}, 4, 3, 0, 2),
      ints(new int[] {2, 4}, 1, 1, 0, 0, 0, 1, 1, 1),
      ints(new int[] {2, 4}, 0, 0, 0, 0, 0, 0, 1, 1),
      ints(
          new int[] {2, 4, 4},
          1,
          0,
          0,
          0,
          1,
          1,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          1,
          1,
          0,
          1,
          1,
          1,
          1,
          0,
          0,
          0,
          1,
          1,
          0,
          0,
          1,
          0,
          1,
          0,
          1),
      ints(new int[] {2, 1}, 1, 0),
      ints(new int[] {1, 1}, 1)
    };
    for (Tensor mask : masks) {
      for (int causal = 0; causal < 2; causal++) {
        AttributeProto unidirectional = attribute("unidirectional", causal);
        operands(24).input("m", mask).agrees(MASKED, heads(unidirectional));
        operands(24)
            .constant("m", mask)
            .agrees(MASKED, heads(unidirectional, attribute("mask_filter_value", -3f)));
      }
    }
  }

  @Test
  void biasOfTheScores() {
    for (int[] dims : new int[][] {{2, 2, 4, 4}, {1, 2, 4, 4}, {2, 1, 4, 4}}) {
      operands(24)
          .input("s", floats(new Random(6), dims))
          .input("m", ints(new int[] {2}, 3, 1))
          .agrees("y = Attention(x, w, b, m, , s)", heads());
    }
  }

  @Test
  void pastKeysAndValues() {
    Tensor past = floats(new Random(7), 2, 2, 2, 3, 4);
    Tensor mask = ints(new int[] {2, 7}, 0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 1);
    for (int causal = 0; causal < 2; causal++) {
      AttributeProto unidirectional = attribute("unidirectional", causal);
      operands(24).agrees("y, z = Attention(x, w, b)", heads(unidirectional));
      operands(24).input("p", past).agrees("y, z = Attention(x, w, b, , p)", heads(unidirectional));
      operands(24)
          .input("p", past)
          .input("m", mask)
          .agrees("y, z = Attention(x, w, b, m, p)", heads(unidirectional));
    }
  }

  @Test
  void quantizedOperands() {
    for (int seed = 0; seed < 4; seed++) {
      Random r = new Random(seed);
      int[] columns = seed % 2 == 0 ? new int[0] : new int[] {24};
      DType weights = seed < 2 ? DType.INT8 : DType.UINT8;
      MicrosoftNode node =
          given()
              .input("x", bytes(r, DType.UINT8, 2, 4, 6))
              .constant("w", bytes(r, weights, 6, 24))
              .constant("b", small(r, 24))
              .scalar("xs", .02f)
              .constant(
                  "ws",
                  Tensor.fromDoubles(
                      TensorType.of(DType.FLOAT32, columns), i -> .01 * (1 + r.nextDouble())))
              .constant("xz", bytes(r, DType.UINT8))
              .constant("wz", bytes(r, weights, columns));
      if (seed % 2 == 0) {
        node.input("m", ints(new int[] {2}, 3, 1))
            .agrees("y, z = QAttention(x, w, b, xs, ws, m, xz, wz)", heads());
      } else {
        node.agrees(
            "y, z = QAttention(x, w, b, xs, ws, , xz, wz)", heads(attribute("unidirectional", 1)));
      }
    }
  }

  @Test
  void refusesMasksOfOtherShapes() {
    operands(24)
        .input("m", Tensor.splatLong(TensorType.of(DType.INT32, 2, 1, 8, 8), 1))
        .refused(
            MASKED,
            "[UnsupportedAttribute] m.onnx, node 'y' (Attention): attribute 'mask' (an operand) is"
                + " not supported; it is i32[2,1,8,8], expected ends [2], ends and starts [4], or a"
                + " number for each key [2,4] or [2,4,4]. Re-export the model without it.",
            heads());
    operands(24)
        .refused(
            PLAIN,
            "[UnsupportedAttribute] m.onnx, node 'y' (Attention): attribute 'do_rotary' is not"
                + " supported; apply RotaryEmbedding to the queries and keys instead. Re-export the"
                + " model without it.",
            heads(attribute("do_rotary", 1)));
    operands(24)
        .refused(
            PLAIN,
            "[UnsupportedAttribute] m.onnx, node 'y' (Attention): attribute"
                + " 'past_present_share_buffer' is not supported; the past is expected to be as"
                + " long as it is. Re-export the model without it.",
            heads(attribute("past_present_share_buffer", 1)));
  }

  @Test
  void refusesWidthsThatDoNotFit() {
    operands(24)
        .invalid(
            PLAIN,
            "queries, keys and values together are [2,4,24], expected [batch, rows, width] for"
                + " widths [4, 4, 4]",
            heads(attribute("qkv_hidden_sizes", new int[] {4, 4, 4})));
    operands(24).invalid(PLAIN, "attribute 'num_heads' is missing");
  }
}
