package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.allBytes;
import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.RuntimeOracle;
import dev.coppice.compiler.testing.Stages;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** MatMulNBits gives what ONNX Runtime gives, whatever the bits, blocks and zero points. */
final class BlockMatMulImporterTest {
  private static final double TOLERANCE = 1e-4;
  private static final int ROWS = 5;

  private static MicrosoftNode operands(int bits, int k, int block) {
    return operands(floats(new Random(3), 2, 3, k), bits, block);
  }

  private static MicrosoftNode operands(Tensor a, int bits, int block) {
    int k = a.shape().dim(2);
    Random r = new Random(31L * bits + k + block);
    int blocks = (k + block - 1) / block;
    return given()
        .input("a", a)
        .constant("b", allBytes(r, DType.UINT8, ROWS, blocks, block * bits / 8))
        .constant("s", positive(r, ROWS * blocks))
        .constant("z", allBytes(r, DType.UINT8, ROWS * ((blocks * bits + 7) / 8)))
        .constant("f", floats(r, ROWS * blocks))
        .constant("c", floats(r, ROWS));
  }

  /** Powers of two, so that sums of integer multiples are exact. */
  private static Tensor positive(Random r, int n) {
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, n), i -> Math.scalb(1.0, -3 - r.nextInt(4)));
  }

  private static AttributeProto[] attributes(int bits, int k, int block) {
    return new AttributeProto[] {
      attribute("K", k),
      attribute("N", ROWS),
      attribute("bits", bits),
      attribute("block_size", block)
    };
  }

  @Test
  void fourBits() {
    for (int[] size : new int[][] {{32, 16}, {64, 32}, {96, 32}, {40, 16}, {50, 64}}) {
      AttributeProto[] attributes = attributes(4, size[0], size[1]);
      Tensor a = floats(new Random(1), 2, 3, size[0]);
      operands(a, 4, size[1]).compare("y = MatMulNBits(a, b, s)", TOLERANCE, 0, attributes);
      operands(a, 4, size[1]).compare("y = MatMulNBits(a, b, s, z)", TOLERANCE, 0, attributes);
    }
  }

  /**
   * ONNX Runtime 1.22 has no kernel for 8 bits but the one that rounds A to 8 bits, too, which
   * changes nothing if each block of A is of integers up to 127.
   */
  @Test
  void eightBits() {
    for (int[] size : new int[][] {{32, 16}, {64, 32}, {96, 32}, {40, 16}, {50, 64}}) {
      AttributeProto[] attributes = Arrays.copyOf(attributes(8, size[0], size[1]), 5);
      attributes[4] = attribute("accuracy_level", 4);
      Random r = new Random(2);
      Tensor a =
          Tensor.fromLongs(
              TensorType.of(DType.FLOAT32, 2, 3, size[0]),
              i -> i % size[0] % size[1] == 0 ? 127 : r.nextInt(255) - 127);
      operands(a, 8, size[1]).compare("y = MatMulNBits(a, b, s)", TOLERANCE, 0, attributes);
      operands(a, 8, size[1]).compare("y = MatMulNBits(a, b, s, z)", TOLERANCE, 0, attributes);
    }
  }

  @Test
  void floatZeroPointsAndBias() {
    for (int k : new int[] {64, 96}) {
      operands(4, k, 32).compare("y = MatMulNBits(a, b, s, f)", TOLERANCE, 0, attributes(4, k, 32));
      operands(4, k, 32)
          .compare("y = MatMulNBits(a, b, s, z, , c)", TOLERANCE, 0, attributes(4, k, 32));
    }
  }

  /** ONNX Runtime 1.22 has no kernel for these. */
  @Test
  void twoBits() {
    // Levels 0 1 2 3 of each byte, then their reverse: of distance -2 -1 0 1 from the middle.
    Tensor b =
        Tensor.fromLongs(TensorType.of(DType.UINT8, 1, 1, 4), i -> i < 2 ? 0b11100100 : 0b00011011);
    OnnxModels graph =
        OnnxModels.graph()
            .input("a", DType.FLOAT32, 1, 16)
            .initializer("b", b)
            .initializer("s", Tensor.ofFloats(Shape.of(1), .5f))
            .node(
                "y = MatMulNBits(a, b, s)",
                attribute("K", 16),
                attribute("N", 1),
                attribute("bits", 2),
                attribute("block_size", 16))
            .output("y");
    ModelProto model = RuntimeOracle.model(graph, "MatMulNBits");
    Tensor a = Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 1, 16), i -> i < 8 ? 1 << i : 0);
    Tensor y = Stages.run(Imports.graph(model), List.of(List.of(a))).get(0).get(0);
    assertEquals(.5 * (-2 - 2 + 8 + 16 * (-2 - 2 + 8)), y.doubleAt(0));
  }

  @Test
  void refusesGroupsWeightsThatAreComputedAndSizesThatDoNotFit() {
    operands(4, 64, 32)
        .constant("g", Tensor.splatLong(TensorType.of(DType.INT32, 64), 0))
        .refused(
            "y = MatMulNBits(a, b, s, z, g)",
            "[UnsupportedAttribute] m.onnx, node 'y' (MatMulNBits): attribute 'g_idx' (an operand)"
                + " is not supported; blocks of weights must be in order; quantize without"
                + " activation order. Re-export the model without it.",
            attributes(4, 64, 32));
    operands(4, 64, 32)
        .invalid(
            "y = MatMulNBits(a, b, s)",
            "operand 'B' is u8[5,2,16], expected 320 elements",
            attributes(8, 64, 32));
    operands(4, 64, 32)
        .input("w", allBytes(new Random(1), DType.UINT8, ROWS, 2, 16))
        .refused(
            "y = MatMulNBits(a, w, s)",
            "[NotConstant] m.onnx, node 'y' (MatMulNBits): operand 'B' must be a constant, but 'w'"
                + " depends on the model's inputs. Bind the input it depends on with --bind"
                + " NAME=VALUE, or re-export with fixed shapes.",
            attributes(4, 64, 32));
    operands(4, 64, 32)
        .refused(
            "y = MatMulNBits(a, b, s)",
            "[UnsupportedAttribute] m.onnx, node 'y' (MatMulNBits): attribute 'bits' is not"
                + " supported; it is 3, expected 2, 4 or 8. Re-export the model without it.",
            attributes(3, 64, 32));
  }
}
