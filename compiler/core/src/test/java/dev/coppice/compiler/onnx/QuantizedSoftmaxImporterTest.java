package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.allBytes;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** QLinearSoftmax gives every level that ONNX Runtime gives. */
final class QuantizedSoftmaxImporterTest {
  private static final String CALL = "y = QLinearSoftmax(x, xs, xz, ys, yz)";

  private static MicrosoftNode operands(int seed, DType dtype, float xScale, int... dims) {
    Random r = new Random(seed);
    long zero = dtype == DType.INT8 ? -128 : 0;
    return given()
        .input("x", allBytes(r, dtype, dims))
        .scalar("xs", xScale)
        .constant("xz", allBytes(r, dtype))
        .scalar("ys", 1 / 255f)
        .constant("yz", Tensor.splatLong(TensorType.of(dtype), zero));
  }

  @Test
  void oneAxis() {
    for (DType dtype : new DType[] {DType.UINT8, DType.INT8}) {
      for (int axis = -3; axis < 3; axis++) {
        operands(axis + 3, dtype, .03f, 3, 7, 10)
            .exactly(CALL, attribute("axis", axis), attribute("opset", 13));
      }
      operands(7, dtype, .2f, 3, 40).exactly(CALL, attribute("opset", 17));
    }
  }

  @Test
  void allAxesFromTheFirstOn() {
    for (DType dtype : new DType[] {DType.UINT8, DType.INT8}) {
      operands(8, dtype, .02f, 3, 2, 5).exactly(CALL, attribute("axis", 1), attribute("opset", 11));
      operands(8, dtype, .02f, 3, 2, 5).exactly(CALL, attribute("opset", 11));
      operands(9, dtype, .02f, 3, 2, 5).exactly(CALL, attribute("axis", 2), attribute("opset", 12));
      operands(10, dtype, .02f, 3, 2, 5)
          .exactly(CALL, attribute("axis", 0), attribute("opset", 12));
    }
  }

  @Test
  void refusesScalesThatAreComputed() {
    operands(1, DType.UINT8, .05f, 4, 9)
        .input("s", Tensor.scalar(.1f))
        .refused(
            "y = QLinearSoftmax(x, s, xz, ys, yz)",
            "[NotConstant] m.onnx, node 'y' (QLinearSoftmax): operand 'X_scale' must be a constant,"
                + " but 's' depends on the model's inputs. Bind the input it depends on with --bind"
                + " NAME=VALUE, or re-export with fixed shapes.",
            attribute("opset", 13));
    operands(1, DType.UINT8, .05f, 4, 9).invalid(CALL, "attribute 'opset' is missing");
  }
}
