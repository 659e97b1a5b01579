package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.allBytes;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** QLinearAveragePool gives the levels that ONNX Runtime gives, to a level where means are ties. */
final class QuantizedPoolImporterTest {
  private static final String CALL = "y = QLinearAveragePool(x, xs, xz, ys, yz)";

  private static MicrosoftNode operands(int seed, DType dtype, int... dims) {
    return operands(.021f, seed, dtype, dims);
  }

  private static MicrosoftNode operands(float scale, int seed, DType dtype, int... dims) {
    Random r = new Random(seed);
    return given()
        .input("x", allBytes(r, dtype, dims))
        .scalar("xs", .037f)
        .constant("xz", allBytes(r, dtype))
        .scalar("ys", scale)
        .constant("yz", allBytes(r, dtype));
  }

  private static void check(int seed, int[] dims, AttributeProto... attributes) {
    for (DType dtype : new DType[] {DType.UINT8, DType.INT8}) {
      operands(seed, dtype, dims).exactly(CALL, attributes);
    }
  }

  private static AttributeProto[] with(AttributeProto[] some, AttributeProto... more) {
    AttributeProto[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  @Test
  void oneTwoAndThreeAxes() {
    check(1, new int[] {2, 3, 11}, attribute("kernel_shape", new int[] {3}));
    check(
        2,
        new int[] {2, 3, 7, 6},
        attribute("kernel_shape", new int[] {3, 2}),
        attribute("strides", new int[] {2, 1}));
    check(3, new int[] {1, 2, 4, 5, 6}, attribute("kernel_shape", new int[] {2, 3, 2}));
  }

  @Test
  void tiesWhereScalesAreEqual() {
    for (int seed = 10; seed < 16; seed++) {
      operands(.037f, seed, seed % 2 == 0 ? DType.UINT8 : DType.INT8, 1, 3, 8, 8)
          .within(
              1,
              CALL,
              attribute("kernel_shape", new int[] {2, 2}),
              attribute("strides", new int[] {2, 2}));
    }
  }

  @Test
  void padsAndLastWindows() {
    AttributeProto[] window = {
      attribute("kernel_shape", new int[] {3, 3}),
      attribute("strides", new int[] {2, 2}),
      attribute("pads", new int[] {1, 0, 1, 1})
    };
    for (int counts = 0; counts < 2; counts++) {
      for (int ceil = 0; ceil < 2; ceil++) {
        check(
            4 + counts,
            new int[] {1, 2, 8, 7},
            with(window, attribute("count_include_pad", counts), attribute("ceil_mode", ceil)));
      }
    }
    for (String auto : new String[] {"SAME_UPPER", "SAME_LOWER", "VALID"}) {
      check(
          7,
          new int[] {1, 2, 8, 7},
          attribute("kernel_shape", new int[] {3, 2}),
          attribute("strides", new int[] {2, 3}),
          attribute("auto_pad", auto));
    }
  }

  @Test
  void channelsLast() {
    check(
        8,
        new int[] {2, 6, 5, 3},
        attribute("kernel_shape", new int[] {3, 3}),
        attribute("pads", new int[] {1, 1, 1, 1}),
        attribute("channels_last", 1));
  }

  @Test
  void noZeroPoints() {
    operands(9, DType.UINT8, 1, 2, 6)
        .exactly("y = QLinearAveragePool(x, xs, xz, ys)", attribute("kernel_shape", new int[] {2}));
  }

  @Test
  void refusesWhatDoesNotFit() {
    operands(1, DType.UINT8, 1, 2, 6).invalid(CALL, "attribute 'kernel_shape' is missing");
    operands(1, DType.UINT8, 1, 2, 6)
        .constant("zz", allBytes(new Random(1), DType.INT8))
        .invalid(
            "y = QLinearAveragePool(x, xs, zz, ys, yz)",
            "zero point is i8[] for operand 0 of type u8[1,2,6]",
            attribute("kernel_shape", new int[] {2}));
  }
}
