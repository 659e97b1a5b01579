package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.Stages;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Quantization that is composed: types of few bits, blocks, division in few bits. */
final class QuantizationImporterTest {
  private static Tensor of(DType dtype, double... values) {
    return Tensor.fromDoubles(TensorType.of(dtype, values.length), i -> values[i]);
  }

  private static Tensor run(Tensor x, OnnxModels model) {
    return Stages.run(Imports.graph(model.output("y").model(25)), List.of(List.of(x)))
        .get(0)
        .get(0);
  }

  private static OnnxModels quantize(Tensor x, Tensor scale, AttributeProto... attributes) {
    return OnnxModels.graph()
        .input("x", x.dtype(), Arrays.stream(x.shape().dims()).boxed().toArray())
        .initializer("s", scale)
        .node("y = QuantizeLinear(x, s)", attributes);
  }

  @Test
  void dividesInTheTypeOfTheScaleUnlessToldOtherwise() {
    Tensor x = of(DType.FLOAT32, 2.5004, -2.5004);
    Tensor half = of(DType.FLOAT16, 1);
    AttributeProto int8 = attribute("output_dtype", DType.INT8.onnxCode());
    // float16 has nothing between 2.5 and 2.502: the tie goes to the even neighbour.
    assertEquals(of(DType.INT8, 2, -2), run(x, quantize(x, half, int8)));
    assertEquals(
        of(DType.INT8, 3, -3),
        run(x, quantize(x, half, int8, attribute("precision", DType.FLOAT32.onnxCode()))));
    assertEquals(
        of(DType.INT8, 2, -2),
        run(
            x,
            quantize(
                x, of(DType.FLOAT32, 1), int8, attribute("precision", DType.FLOAT16.onnxCode()))));
    refused(
        quantize(x, half, attribute("precision", DType.FLOAT64.onnxCode())).output("y").model(25),
        "[UnsupportedAttribute] m.onnx, node 'y' (QuantizeLinear): attribute 'precision' is not"
            + " supported; expected FLOAT, FLOAT16, BFLOAT16 or none. Re-export the model without"
            + " it.");
  }

  @Test
  void blocksShareAScaleAndAnIncompleteOneIsTheLast() {
    Tensor x = of(DType.FLOAT32, 1, 2, 3, 4, 50).reshape(Shape.of(1, 5));
    Tensor scale = Tensor.ofFloats(Shape.of(1, 3), 1, 0.5f, 10);
    assertEquals(
        of(DType.INT4, 1, 2, 6, 7, 5).reshape(Shape.of(1, 5)),
        run(
            x,
            quantize(
                x,
                scale,
                attribute("block_size", 2),
                attribute("output_dtype", DType.INT4.onnxCode()))));
    refused(
        quantize(x, Tensor.ofFloats(Shape.of(1, 2), 1, 2), attribute("block_size", 2))
            .output("y")
            .model(25),
        "[BadNode] m.onnx, node 'y' (QuantizeLinear): operand 1 is f32[1,2], expected shape [1, 3]"
            + " of blocks. The model is not valid ONNX; re-export it.");
  }

  @Test
  void zeroPointOfFloat8KeepsTheSignOfZero() {
    Tensor x = of(DType.FLOAT32, -0.0, 1000, -3);
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 3)
            .initializer("s", Tensor.scalar(2))
            .initializer("z", Tensor.splatLong(TensorType.of(DType.FLOAT8E4M3FN), 0))
            .node("y = QuantizeLinear(x, s, z)");
    long[] bits = {0x80, 0x7E, 0xBC};
    assertEquals(
        Tensor.fromLongs(TensorType.of(DType.FLOAT8E4M3FN, 3), i -> bits[i]), run(x, model));
  }

  @Test
  void zeroPointHasTheShapeOfTheScale() {
    refused(
        OnnxModels.graph()
            .input("x", DType.INT4, 2, 2)
            .output("y")
            .initializer("s", Tensor.scalar(2))
            .initializer("z", of(DType.INT4, 1, 2))
            .node("y = DequantizeLinear(x, s, z)", attribute("axis", 0))
            .model(25),
        "[BadNode] m.onnx, node 'y' (DequantizeLinear): the zero point is i4[2], the scale f32[]:"
            + " shapes differ. The model is not valid ONNX; re-export it.");
  }
}
