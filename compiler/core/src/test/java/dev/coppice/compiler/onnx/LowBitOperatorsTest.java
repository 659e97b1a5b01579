package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values are those of the executors that the dialects' own repository has. */
final class LowBitOperatorsTest {
  private static final float[] X = {-3, -1.3f, -0.75f, -0.25f, 0, 0.25f, 0.75f, 1.25f, 1.3f, 9};

  private static OnnxModels quant(float scale, float zero, float bits) {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 10)
        .output("y")
        .initializer("s", Tensor.scalar(scale))
        .initializer("z", Tensor.scalar(zero))
        .initializer("b", Tensor.scalar(bits));
  }

  private static void computes(ModelProto model, Tensor expected, Tensor... inputs) {
    Tensor actual = new ReferenceInterpreter(Imports.graph(model)).run(List.of(inputs)).get(0);
    assertEquals(expected.type(), actual.type());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.floatAt(i), actual.floatAt(i) + 0f, "at " + i);
    }
  }

  private static Tensor floats(String values) {
    String[] parts = values.strip().split(" ");
    return Tensor.fromDoubles(
        TensorType.of(DType.FLOAT32, parts.length), i -> Double.parseDouble(parts[i]) + 0.0);
  }

  @ParameterizedTest
  @CsvSource({
    "ROUND, -2 -1.5 -1 0 0 0 1 1 1.5 1.5",
    "CEIL, -2 -1 -0.5 0 0 0.5 1 1.5 1.5 1.5",
    "FLOOR, -2 -1.5 -1 -0.5 0 0 0.5 1 1 1.5",
    "UP, -2 -1.5 -1 -0.5 0 0.5 1 1.5 1.5 1.5",
    "DOWN, -2 -1 -0.5 0 0 0 0.5 1 1 1.5",
    "HALF_UP, -2 -1.5 -1 -0.5 0 0.5 1 1.5 1.5 1.5",
    "half_down, -2 -1.5 -0.5 0 0 0 0.5 1 1.5 1.5"
  })
  void quantRoundsAsAsked(String mode, String expected) {
    computes(
        quant(0.5f, 0, 3)
            .node(
                "y = Quant(x, s, z, b)",
                attribute("signed", 1),
                attribute("narrow", 0),
                attribute("rounding_mode", mode))
            .model(13),
        floats(expected),
        Tensor.ofFloats(Shape.of(10), X));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 0, 1, -0.5 -0.5 -0.5 -0.5 0 0.5 0.5 0.5 0.5 0.5",
    "0, 3, 1, 1, -1.5 -1.5 -1 0 0 0 1 1 1.5 1.5",
    "0, 1, 1, 0, -0.5 -0.5 -0.5 -0.5 0.5 0.5 0.5 0.5 0.5 0.5"
  })
  void quantClipsToItsBits(float zero, float bits, int signed, int narrow, String expected) {
    AttributeProto[] attributes = {attribute("signed", signed), attribute("narrow", narrow)};
    computes(
        quant(0.5f, zero, bits).node("y = IntQuant(x, s, z, b)", attributes).model(13),
        floats(expected),
        Tensor.ofFloats(Shape.of(10), X));
  }

  @Test
  void refusesUnknownRoundingAndBitsThatAreComputed() {
    refused(
        quant(0.5f, 0, 3)
            .node("y = Quant(x, s, z, b)", attribute("rounding_mode", "AWAY"))
            .model(13),
        "[UnsupportedAttribute] m.onnx, node 'y' (Quant): attribute 'rounding_mode' is not"
            + " supported; it is AWAY, expected ROUND, HALF_EVEN, CEIL, FLOOR, UP, DOWN, HALF_UP or"
            + " HALF_DOWN. Re-export the model without it.");
    refused(
        quant(0.5f, 0, 3).input("c", DType.FLOAT32).node("y = Quant(x, s, z, c)").model(13),
        "[NotConstant] m.onnx, node 'y' (Quant): operand 'bitwidth' must be a constant, but"
            + " 'c' depends on the model's inputs. Bind the input it depends on with --bind"
            + " NAME=VALUE, or re-export with fixed shapes.");
  }

  @Test
  void truncDropsLowBits() {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 8)
            .output("y")
            .initializer("s", Tensor.scalar(0.5f))
            .initializer("z", Tensor.scalar(0))
            .initializer("i", Tensor.scalar(8))
            .initializer("o", Tensor.scalar(6))
            .initializer("t", Tensor.scalar(2))
            .initializer("p", Tensor.scalar(4));
    Tensor x = Tensor.ofFloats(Shape.of(8), -4, -3.5f, -2.5f, 0, 1.5f, 2.5f, 3, 50);
    computes(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 8)
            .output("y")
            .initializer("s", Tensor.scalar(0.5f))
            .initializer("z", Tensor.scalar(0))
            .initializer("i", Tensor.scalar(8))
            .initializer("o", Tensor.scalar(6))
            .node("y = Trunc(x, s, z, i, o)")
            .model(13),
        floats("-1 -1 -1 0 0 0.5 0.5 12.5"),
        x);
    computes(
        model.node("y = Trunc(x, s, z, i, t, p)", attribute("rounding_mode", "ROUND")).model(13),
        floats("-4 -4 -2 0 2 2 4 14"),
        x);
  }

  @Test
  void bipolarQuantOfWeightsIsConstant() {
    becomes(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2)
            .output("y")
            .initializer("w", Tensor.ofFloats(Shape.of(2, 1), -0.5f, 0))
            .initializer("s", Tensor.scalar(0.25f))
            .node("q = BipolarQuant(w, s)")
            .node("y = MatMul(x, q)")
            .model(13),
        "y = MatMul(x, q: f32[2,1] = [-0.25, 0.25])  # f32[1,1]");
  }

  @Test
  void multiThresholdScalesCounts() {
    computes(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2, 2)
            .output("y")
            .initializer("t", Tensor.ofFloats(Shape.of(2, 2), 0, 1, 10, 20))
            .node(
                "y = MultiThreshold(x, t)",
                attribute("out_dtype", "INT2"),
                attribute("out_scale", 2f),
                attribute("out_bias", -1f),
                attribute("data_layout", "NWC"))
            .model(13),
        Tensor.ofFloats(Shape.of(1, 2, 2), 3, 3, -1, 1),
        Tensor.ofFloats(Shape.of(1, 2, 2), 1, 20, -1, 10));
  }

  @Test
  void xnorPopcountCountsEqualBits() {
    computes(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 3)
            .output("y")
            .initializer("w", Tensor.ofFloats(Shape.of(3, 2), 1, 0, 0, 0, 1, 1))
            .node("y = XnorPopcountMatMul(x, w)")
            .model(13),
        Tensor.ofFloats(Shape.of(1, 2), 2, 1),
        Tensor.ofFloats(Shape.of(1, 3), 1, 1, 1));
  }

  @Test
  void im2ColLaysOutWindows() {
    float[] x = new float[12];
    for (int i = 0; i < x.length; i++) {
      x[i] = i + 1;
    }
    computes(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2, 3, 2)
            .output("y")
            .node(
                "y = Im2Col(x)",
                attribute("kernel_size", new int[] {2, 2}),
                attribute("stride", new int[] {1, 2}),
                attribute("pad_amount", new int[] {0, 1, 1, 0}),
                attribute("input_shape", "(1,2,3,2)"))
            .model(13),
        Tensor.ofFloats(
            Shape.of(1, 2, 2, 8),
            0,
            0,
            1,
            2,
            0,
            0,
            7,
            8,
            3,
            4,
            5,
            6,
            9,
            10,
            11,
            12, //
            0,
            0,
            7,
            8,
            0,
            0,
            0,
            0,
            9,
            10,
            11,
            12,
            0,
            0,
            0,
            0),
        Tensor.ofFloats(Shape.of(1, 2, 3, 2), x));
  }
}
