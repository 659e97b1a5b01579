package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import org.junit.jupiter.api.Test;

/** Operators that become other operators, or others' attributes. */
final class CompositeTest {
  private static OnnxModels model(Object... dims) {
    return OnnxModels.graph().input("x", DType.FLOAT32, dims).output("y");
  }

  @Test
  void gemmTransposesAndScalesConstantsAtOnce() {
    becomes(
        model(1, 2)
            .initializer("w", Tensor.ofFloats(Shape.of(3, 2), 1, 2, 3, 4, 5, 6))
            .initializer("b", Tensor.ofFloats(Shape.of(3), 1, 2, 3))
            .node(
                "fc",
                "y = Gemm(x, w, b)",
                attribute("transB", 1),
                attribute("alpha", 2f),
                attribute("beta", 0.5f))
            .model(13),
        "fc/MatMul.0 = MatMul(x, fc/constant: f32[2,3] = [2.0, 6.0, 10.0, 4.0, 8.0, 12.0])  # f32[1,3]",
        "y = Add(fc/MatMul.0, fc/constant_1: f32[3] = [0.5, 1.0, 1.5])  # f32[1,3]");
  }

  @Test
  void gemmOfInputsIsComposed() {
    becomes(
        model(2, 1)
            .input("w", DType.FLOAT32, 2, 3)
            .node("y = Gemm(x, w)", attribute("transA", 1), attribute("alpha", 2f))
            .model(13),
        "y/Transpose.0 = Transpose(x) {perm=[1,0]}  # f32[1,2]",
        "y/MatMul.0 = MatMul(y/Transpose.0, w)  # f32[1,3]",
        "y = Mul(y/MatMul.0, y/constant: f32[] = 2.0)  # f32[1,3]");
    refused(
        model(2, 1, 1).input("w", DType.FLOAT32, 2, 3).node("y = Gemm(x, w)").model(13),
        "[BadNode] m.onnx, node 'y' (Gemm): operand 0 is f32[2,1,1], expected 2 axes. The model is"
            + " not valid ONNX; re-export it.");
    refused(
        model(1, 2)
            .input("w", DType.FLOAT32, 2, 3)
            .input("c", DType.FLOAT32, 2, 3)
            .node("y = Gemm(x, w, c)")
            .model(13),
        "[BadNode] m.onnx, node 'y' (Gemm): operand 2 is f32[2,3], which does not broadcast to [1,3]."
            + " The model is not valid ONNX; re-export it.");
  }

  @Test
  void variadicOperatorsTakeTwoAtATime() {
    becomes(
        model(2).input("b", DType.FLOAT32, 2).node("y = Mean(x, b, x, b)").model(13),
        "y/Add.0 = Add(x, b)  # f32[2]",
        "y/Add_1.0 = Add(y/Add.0, x)  # f32[2]",
        "y/Add_2.0 = Add(y/Add_1.0, b)  # f32[2]",
        "y = Div(y/Add_2.0, y/constant: f32[] = 4.0)  # f32[2]");
    becomes(model(2).node("a = Sum(x)").node("y = Relu(a)").model(13), "y = Relu(x)  # f32[2]");
  }

  @Test
  void autoPadBecomesPads() {
    Tensor w = Tensor.ofFloats(Shape.of(1, 1, 2, 3), 1, 2, 3, 4, 5, 6);
    becomes(
        model(1, 1, 5, 5)
            .initializer("w", w)
            .node(
                "y = Conv(x, w)",
                attribute("auto_pad", "SAME_UPPER"),
                attribute("strides", new int[] {2, 1}))
            .model(13),
        "y = Conv(x, w: f32[1,1,2,3] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) {strides=[2,1],"
            + " pads=[0,1,1,1], dilations=[1,1], group=1}  # f32[1,1,3,5]");
    becomes(
        model(1, 1, 5, 5)
            .initializer("w", w)
            .node(
                "y = Conv(x, w)",
                attribute("auto_pad", "SAME_LOWER"),
                attribute("strides", new int[] {2, 1}))
            .model(13),
        "y = Conv(x, w: f32[1,1,2,3] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]) {strides=[2,1],"
            + " pads=[1,1,0,1], dilations=[1,1], group=1}  # f32[1,1,3,5]");
    becomes(
        model(1, 1, 5)
            .node(
                "y = MaxPool(x)",
                attribute("auto_pad", "VALID"),
                attribute("kernel_shape", new int[] {2}),
                attribute("strides", new int[] {2}))
            .model(13),
        "y = MaxPool(x) {kernel=[2], strides=[2], pads=[0,0], dilations=[1], outputShape=[2]}  #"
            + " f32[1,1,2]");
    refused(
        model(1, 1, 5, 5)
            .initializer("w", w)
            .node("y = Conv(x, w)", attribute("kernel_shape", new int[] {3, 3}))
            .model(13),
        "[BadNode] m.onnx, node 'y' (Conv): attribute 'kernel_shape' is [3, 3], the weights are"
            + " f32[1,1,2,3]. The model is not valid ONNX; re-export it.");
    refused(
        model(1, 1, 5, 5)
            .initializer("w", w)
            .node("y = Conv(x, w)", attribute("pads", new int[] {1, -1, 0, 0}))
            .model(13),
        "[BadNode] m.onnx, node 'y' (Conv): attribute 'pads' is [1, -1, 0, 0], expected 4 sizes of 0"
            + " or more. The model is not valid ONNX; re-export it.");
  }

  @Test
  void ceilModeBecomesAnOutputShape() {
    OnnxModels ceil =
        model(1, 1, 6)
            .node(
                "y = AveragePool(x)",
                attribute("ceil_mode", 1),
                attribute("kernel_shape", new int[] {3}),
                attribute("strides", new int[] {2}));
    becomes(
        ceil.model(13),
        "y = AveragePool(x) {kernel=[3], strides=[2], pads=[0,0], dilations=[1],"
            + " countIncludePad=false, outputShape=[3]}  # f32[1,1,3]");
    becomes(
        model(1, 1, 4)
            .node(
                "y = MaxPool(x)",
                attribute("ceil_mode", 1),
                attribute("kernel_shape", new int[] {1}),
                attribute("pads", new int[] {0, 1}),
                attribute("strides", new int[] {2}))
            .model(13),
        "y = MaxPool(x) {kernel=[1], strides=[2], pads=[0,1], dilations=[1], outputShape=[2]}  #"
            + " f32[1,1,2]");
    refused(
        model(1, 1, 2).node("y = MaxPool(x)", attribute("kernel_shape", new int[] {3})).model(13),
        "[BadNode] m.onnx, node 'y' (MaxPool): the window of 3 elements is larger than spatial axis 0"
            + " of [1,1,2] with its pads. The model is not valid ONNX; re-export it.");
    becomes(
        model(1, 1, 2)
            .output("i")
            .node("y, i = MaxPool(x)", attribute("kernel_shape", new int[] {2}))
            .model(13),
        "y, i = MaxPoolWithIndices(x) {kernel=[2], strides=[1], pads=[0,0], dilations=[1],"
            + " outputShape=[1], columnMajor=false}  # f32[1,1,1], i64[1,1,1]");
  }

  @Test
  void globalPoolsAreReductions() {
    becomes(
        model(1, 2, 3, 4).node("y = GlobalAveragePool(x)").model(13),
        "y = Reduce(x) {kind=MEAN, axes=[2,3], keepdims=true}  # f32[1,2,1,1]");
    becomes(
        model(1, 2, 3).node("y = GlobalMaxPool(x)").model(13),
        "y = Reduce(x) {kind=MAX, axes=[2], keepdims=true}  # f32[1,2,1]");
    becomes(
        model(1, 2, 3).node("y = GlobalLpPool(x)").model(13),
        "y = Reduce(x) {kind=L2, axes=[2], keepdims=true}  # f32[1,2,1]");
    refused(
        model(1, 2, 3).node("y = GlobalLpPool(x)", attribute("p", 3)).model(13),
        "[UnsupportedAttribute] m.onnx, node 'y' (GlobalLpPool): attribute 'p' is not supported; it"
            + " is 3, supported are 1 and 2. Re-export the model without it.");
    refused(
        model(1, 2).node("y = GlobalAveragePool(x)").model(13),
        "[BadNode] m.onnx, node 'y' (GlobalAveragePool): operand 0 is f32[1,2], expected at least one"
            + " spatial axis. The model is not valid ONNX; re-export it.");
  }

  @Test
  void operatorsThatDoNothingVanish() {
    becomes(
        model(2, 3)
            .initializer("s", Tensor.ofLongs(Shape.of(2), 2, 3))
            .initializer("ones", Tensor.ofLongs(Shape.of(2), 1, 1))
            .initializer("zeros", Tensor.ofLongs(Shape.of(4), 0, 0, 0, 0))
            .node("a = Identity(x)")
            .node("b = Reshape(a, s)")
            .node("c = Expand(b, s)")
            .node("d = Tile(c, ones)")
            .node("e = Pad(d, zeros)")
            .node("f = Cast(e)", attribute("to", 1))
            .node("g = Concat(f)", attribute("axis", 0))
            .node("h = Split(g)")
            .node("y = Relu(h)")
            .model(13),
        "y = Relu(x)  # f32[2,3]");
  }

  @Test
  void resizeTakesScalesOrSizesForSomeAxes() {
    String rest =
        "cubicCoefficient=-0.75, excludeOutside=false, antialias=false, extrapolation=0.0, roi=[], ";
    becomes(
        model(1, 1, 2, 3)
            .initializer("s", Tensor.ofFloats(Shape.of(4), 1, 1, 1.5f, 2))
            .node("y = Resize(x, , s)")
            .model(13),
        "y = Resize(x) {mode=NEAREST, coordinates=HALF_PIXEL, nearest=ROUND_PREFER_FLOOR, "
            + rest
            + "scales=[1.0,1.0,1.5,2.0], shape=[1,1,3,6]}  # f32[1,1,3,6]");
    becomes(
        model(1, 1, 2, 4)
            .initializer("s", Tensor.ofLongs(Shape.of(2), 8, 8))
            .node(
                "y = Resize(x, , , s)",
                attribute("mode", "linear"),
                attribute("coordinate_transformation_mode", "align_corners"),
                attribute("axes", new int[] {3, -2}),
                attribute("keep_aspect_ratio_policy", "not_larger"))
            .model(18),
        "y = Resize(x) {mode=LINEAR, coordinates=ALIGN_CORNERS, nearest=ROUND_PREFER_FLOOR, "
            + rest
            + "scales=[1.0,1.0,2.0,2.0], shape=[1,1,4,8]}  # f32[1,1,4,8]");
    refused(
        model(1, 1, 2, 4).node("y = Resize(x)").model(18),
        "[BadNode] m.onnx, node 'y' (Resize): exactly one of operands 'scales' and 'sizes' is"
            + " expected. The model is not valid ONNX; re-export it.");
    refused(
        model(1, 2)
            .initializer("s", Tensor.ofFloats(Shape.of(2), 1, 1e30f))
            .node("y = Resize(x, , s)")
            .model(13),
        "[BadNode] m.onnx, node 'y' (Resize): a resized axis would have 2.0E30 elements. The model is"
            + " not valid ONNX; re-export it.");
  }

  @Test
  void olderResizesHaveOneWayToFindCoordinates() {
    String line =
        "y = Resize(x) {mode=NEAREST, coordinates=ASYMMETRIC, nearest=FLOOR, cubicCoefficient=-0.75,"
            + " excludeOutside=false, antialias=false, extrapolation=0.0, roi=[],"
            + " scales=[1.0,2.0], shape=[1,4]}  # f32[1,4]";
    becomes(
        model(1, 2).node("y = Upsample(x)", attribute("scales", new float[] {1, 2})).model(7),
        line);
    OnnxModels operand = model(1, 2).initializer("s", Tensor.ofFloats(Shape.of(2), 1, 2));
    becomes(operand.node("y = Upsample(x, s)").model(9), line);
    becomes(
        model(1, 2)
            .initializer("s", Tensor.ofFloats(Shape.of(2), 1, 2))
            .node("y = Resize(x, s)")
            .model(10),
        line);
    refused(
        operand.model(10),
        "[BadNode] m.onnx, node 'y' (Upsample): the operator was removed after opset 9, the model uses"
            + " opset 10. The model is not valid ONNX; re-export it.");
    refused(
        model(4, 2)
            .initializer("s", Tensor.ofFloats(Shape.of(2), 0.5f, 2))
            .node("y = Resize(x, s)")
            .model(10),
        "[UnsupportedAttribute] m.onnx, node 'y' (Resize): attribute 'scales' is not supported; some of"
            + " [0.5, 2.0] grow and some shrink. Re-export the model without it.");
  }

  @Test
  void zeroPointsAreSupplied() {
    becomes(
        model(2, 3)
            .initializer("s", Tensor.ofFloats(Shape.of(3), 1, 2, 3))
            .node("y = QuantizeLinear(x, s)", attribute("axis", -1))
            .model(13),
        "y = QuantizeLinear(x, s: f32[3] = [1.0, 2.0, 3.0], y/constant: u8[3] = 0) {axis=1}  #"
            + " u8[2,3]");
    becomes(
        OnnxModels.graph()
            .input("x", DType.INT8, 2)
            .output("y")
            .initializer("s", Tensor.scalar(0.5f))
            .node("y = DequantizeLinear(x, s)")
            .model(13),
        "y = DequantizeLinear(x, s: f32[] = 0.5, y/constant: i8[] = 0) {axis=0}  # f32[2]");
  }

  @Test
  void normalizationsAreComposed() {
    becomes(
        model(1, 2, 3).node("y = LpNormalization(x)", attribute("p", 1)).model(13),
        "y/ReduceL1.0 = Reduce(x) {kind=L1, axes=[2], keepdims=true}  # f32[1,2,1]",
        "y/Equal.0 = Equal(y/ReduceL1.0, y/constant: f32[] = 0.0)  # bool[1,2,1]",
        "y/Where.0 = Where(y/Equal.0, y/constant_1: f32[] = 1.0, y/ReduceL1.0)  # f32[1,2,1]",
        "y = Div(x, y/Where.0)  # f32[1,2,3]");
    refused(
        model(1, 6, 3)
            .input("s", DType.FLOAT32, 6)
            .node("y = GroupNormalization(x, s, s)", attribute("num_groups", 4))
            .model(21),
        "[BadNode] m.onnx, node 'y' (GroupNormalization): operand 0 is f32[1,6,3], whose channels do"
            + " not form 4 groups. The model is not valid ONNX; re-export it.");
  }
}
