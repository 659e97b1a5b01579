package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.allBytes;
import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import dev.coppice.compiler.testing.Stages;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small operators that ONNX Runtime defines give what it gives. */
final class MicrosoftFunctionsTest {
  @Test
  void quantizedChoices() {
    for (DType dtype : new DType[] {DType.UINT8, DType.INT8}) {
      for (float scale : new float[] {.05f, .03f}) {
        Random r = new Random(1);
        Tensor zero = allBytes(r, dtype);
        given()
            .input("c", Tensor.fromLongs(TensorType.of(DType.BOOL, 3, 1), i -> r.nextInt(2)))
            .input("x", allBytes(r, dtype, 2, 3, 5))
            .scalar("xs", .05f)
            .constant("xz", zero)
            .input("y", allBytes(r, dtype, 5))
            .scalar("ys", .02f)
            .constant("yz", allBytes(r, dtype))
            .scalar("zs", scale)
            .constant("zz", zero)
            .exactly("z = QLinearWhere(c, x, xs, xz, y, ys, yz, zs, zz)");
      }
    }
  }

  @Test
  void quantizedMeansWithChannelsLast() {
    Random r = new Random(4);
    given()
        .input("x", allBytes(r, DType.UINT8, 2, 5, 4, 3))
        .scalar("xs", .07f)
        .constant("xz", allBytes(r, DType.UINT8))
        .scalar("ys", .03f)
        .constant("yz", allBytes(r, DType.UINT8))
        .within(
            1, "y = QLinearGlobalAveragePool(x, xs, xz, ys, yz)", attribute("channels_last", 1));
  }

  /** ONNX Runtime 1.22 has no kernel. */
  @Test
  void quantizedMeansOfAxes() {
    OnnxModels graph =
        OnnxModels.graph()
            .input("x", DType.UINT8, 2, 2)
            .initializer("xs", Tensor.scalar(1))
            .initializer("xz", Tensor.splatLong(TensorType.of(DType.UINT8), 10))
            .initializer("ys", Tensor.scalar(.5f))
            .initializer("yz", Tensor.splatLong(TensorType.of(DType.UINT8), 3))
            .node(
                "y = QLinearReduceMean(x, xs, xz, ys, yz)",
                attribute("axes", new int[] {-1}),
                attribute("keepdims", 0))
            .node("z = QLinearReduceMean(x, xs, xz, ys, yz)")
            .output("y")
            .output("z");
    long[] levels = {20, 30, 40, 51};
    Tensor x = Tensor.fromLongs(TensorType.of(DType.UINT8, 2, 2), i -> levels[i]);
    ModelProto model = RuntimeOracle.model(graph, "QLinearReduceMean");
    List<Tensor> means = Stages.run(Imports.graph(model), List.of(List.of(x))).get(0);
    // Means 15 and 35.5, and of all 25.25, in halves; a tie goes to the even level.
    assertArrayEquals(new long[] {33, 74}, means.get(0).toLongs());
    assertArrayEquals(new long[] {53}, means.get(1).toLongs());
    assertEquals(Shape.of(1, 1), means.get(1).shape());
  }

  @Test
  void productsWithTheFirstAxisBehindTheBatch() {
    for (int bits = 0; bits < 16; bits++) {
      boolean left = (bits & 1) != 0;
      boolean right = (bits & 2) != 0;
      boolean moveLeft = (bits & 4) != 0;
      boolean moveRight = (bits & 8) != 0;
      Random r = new Random(bits);
      given()
          .input("a", floats(r, batched(left ? 5 : 3, left ? 3 : 5, moveLeft)))
          .input("b", floats(r, batched(right ? 4 : 5, right ? 5 : 4, moveRight)))
          .agrees(
              "y = FusedMatMul(a, b)",
              attribute("transA", left ? 1 : 0),
              attribute("transB", right ? 1 : 0),
              attribute("transBatchA", moveLeft ? 1 : 0),
              attribute("transBatchB", moveRight ? 1 : 0));
    }
  }

  /** Two by six matrices, their rows before the batch or behind it. */
  private static int[] batched(int rows, int columns, boolean moved) {
    return moved ? new int[] {rows, 2, 6, columns} : new int[] {2, 6, rows, columns};
  }

  @Test
  void triangles() {
    for (int upper = 0; upper < 2; upper++) {
      given()
          .input("x", floats(new Random(2), 2, 4, 5))
          .constant("k", Tensor.ofLongs(Shape.SCALAR, 1))
          .agrees("y = Trilu(x, k)", attribute("upper", upper));
    }
  }

  /** Only the kernels for graphics cards of ONNX Runtime have this operator. */
  @Test
  void halvesTimesGeluOfTheOther() {
    OnnxModels graph =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2, 4)
            .initializer("b", Tensor.ofFloats(Shape.of(4), 1, 0, 0, -1))
            .node("y = BiasSplitGelu(x, b)")
            .output("y");
    ModelProto model = RuntimeOracle.model(graph, "BiasSplitGelu");
    Tensor x = Tensor.ofFloats(Shape.of(1, 2, 4), 1, 3, 1, 1, 0, 2, -1, 2);
    Tensor y = Stages.run(Imports.graph(model), List.of(List.of(x))).get(0).get(0);
    double[] expected = {2 * .8413447, 0, -.1586553, 2 * .8413447};
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], y.doubleAt(i), 1e-6);
    }
  }

  @Test
  void normalizationWithoutMean() {
    for (int axis : new int[] {-1, 1}) {
      Random r = new Random(3);
      Tensor x = floats(r, 2, 3, 4);
      OnnxModels graph =
          OnnxModels.graph()
              .input("x", DType.FLOAT32, 2, 3, 4)
              .initializer("s", axis == 1 ? floats(r, 3, 4) : floats(r, 4))
              .node(
                  "y, v = SimplifiedLayerNormalization(x, s)",
                  attribute("axis", axis),
                  attribute("epsilon", .01f),
                  attribute("stash_type", 1))
              .output("y")
              .output("v");
      RuntimeOracle.assertAgrees(RuntimeOracle.model(graph), List.of(x), 2e-5, 0);
    }
  }
}
