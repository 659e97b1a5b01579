package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.bytes;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.onnx.MicrosoftNode.ints;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** DynamicQuantizeLSTM gives what ONNX Runtime gives. */
final class DynamicLstmTest {
  private static final int STEPS = 5;
  private static final int INPUT = 4;
  private static final int HIDDEN = 6;
  private static final String CALL =
      "y, h, c = DynamicQuantizeLSTM(x, w, r, b, , , , , ws, wz, rs, rz)";

  private static Tensor uniform(Random r, double scale, int... dims) {
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, dims), i -> scale * (r.nextDouble() - .5));
  }

  private static MicrosoftNode operands(
      int seed, int directions, int batch, DType dtype, boolean perColumn) {
    Random r = new Random(seed);
    int[] scales = perColumn ? new int[] {directions, 4 * HIDDEN} : new int[] {directions};
    Tensor scale =
        Tensor.fromDoubles(TensorType.of(DType.FLOAT32, scales), i -> .004 * (1 + r.nextDouble()));
    Tensor zero = Tensor.splatLong(TensorType.of(dtype, scales), dtype == DType.INT8 ? 0 : 60);
    return given()
        .input("x", uniform(r, 4, STEPS, batch, INPUT))
        .constant("w", bytes(r, dtype, directions, INPUT, 4 * HIDDEN))
        .constant("r", bytes(r, dtype, directions, HIDDEN, 4 * HIDDEN))
        .constant("b", uniform(r, 1, directions, 8 * HIDDEN))
        .input("ih", uniform(r, 1, directions, batch, HIDDEN))
        .input("ic", uniform(r, 1, directions, batch, HIDDEN))
        .constant("p", uniform(r, 1, directions, 3 * HIDDEN))
        .constant("ws", scale)
        .constant("wz", zero)
        .constant("rs", scale)
        .constant("rz", zero);
  }

  private static AttributeProto[] attributes(String direction) {
    return new AttributeProto[] {
      attribute("direction", direction), attribute("hidden_size", HIDDEN)
    };
  }

  @Test
  void directionsAndScales() {
    for (DType dtype : new DType[] {DType.UINT8, DType.INT8}) {
      for (String direction : new String[] {"forward", "reverse", "bidirectional"}) {
        for (boolean perColumn : new boolean[] {false, true}) {
          int directions = direction.equals("bidirectional") ? 2 : 1;
          operands(1, directions, 1, dtype, perColumn).agrees(CALL, attributes(direction));
        }
      }
    }
  }

  @Test
  void statesAndPeepholes() {
    String call = "y, h, c = DynamicQuantizeLSTM(x, w, r, b, , ih, ic, p, ws, wz, rs, rz)";
    operands(2, 2, 1, DType.INT8, true).agrees(call, attributes("bidirectional"));
    operands(2, 1, 1, DType.UINT8, false)
        .agrees(
            "y, h, c = DynamicQuantizeLSTM(x, w, r, , , ih, ic, , ws, wz, rs, rz)",
            attributes("forward"));
  }

  @Test
  void sequencesThatEndEarly() {
    for (int length = 1; length < STEPS; length++) {
      operands(3, 2, 1, DType.INT8, false)
          .input("l", ints(new int[] {1}, length))
          .agrees(
              "y, h, c = DynamicQuantizeLSTM(x, w, r, b, l, , , , ws, wz, rs, rz)",
              attributes("bidirectional"));
    }
  }

  /** How many examples ONNX Runtime quantizes together depends on its threads. */
  @Test
  void severalExamples() {
    operands(4, 2, 3, DType.INT8, false).compare(CALL, .02, 0, attributes("bidirectional"));
  }

  @Test
  void refusesScalesOfOtherShapes() {
    operands(5, 1, 1, DType.INT8, false)
        .constant("s", Tensor.splat(TensorType.of(DType.FLOAT32, 3), 1))
        .invalid(
            "y, h, c = DynamicQuantizeLSTM(x, w, r, b, , , , , ws, wz, s, rz)",
            "operand 10 is f32[3], expected [1] or [1,24]",
            attributes("forward"));
  }
}
