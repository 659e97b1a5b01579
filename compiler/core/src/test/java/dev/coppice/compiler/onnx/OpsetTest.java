package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import org.junit.jupiter.api.Test;

/** What differs from opset to opset means the same afterwards. */
final class OpsetTest {
  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  private static OnnxModels model(Object... dims) {
    return OnnxModels.graph().input("x", DType.FLOAT32, dims).output("y");
  }

  @Test
  void clipBoundsAreAttributesThenOperands() {
    String line = "y = Clip(x) {min=0.0, max=6.0}  # f32[2]";
    becomes(
        model(2).node("y = Clip(x)", attribute("min", 0f), attribute("max", 6f)).model(10), line);
    OnnxModels operands =
        model(2)
            .initializer("lo", Tensor.scalar(0))
            .initializer("hi", Tensor.scalar(6))
            .node("y = Clip(x, lo, hi)");
    becomes(operands.model(11), line);
    becomes(
        model(2).initializer("hi", Tensor.scalar(6)).node("y = Clip(x, , hi)").model(13),
        "y = Clip(x) {min=-Infinity, max=6.0}  # f32[2]");
    becomes(
        model(2).input("hi", DType.FLOAT32).node("y = Clip(x, , hi)").model(13),
        "y = Min(x, hi)  # f32[2]");
    becomes(model(2).node("a = Clip(x)").node("y = Relu(a)").model(13), "y = Relu(x)  # f32[2]");
    becomes(
        model(2).node("y = Clip(x)").model(7),
        "y = Clip(x) {min=-3.4028234663852886E38, max=3.4028234663852886E38}  # f32[2]");
  }

  @Test
  void sliceBoundsAreAttributesThenOperands() {
    String line = "y = Slice(x) {starts=[0,1], steps=[1,1], shape=[4,2]}  # f32[4,2]";
    becomes(
        model(4, 5)
            .node(
                "y = Slice(x)",
                attribute("axes", new int[] {1}),
                attribute("starts", new int[] {1}),
                attribute("ends", new int[] {-2}))
            .model(9),
        line);
    becomes(
        model(4, 5)
            .initializer("s", longs(1))
            .initializer("e", longs(-2))
            .initializer("a", longs(1))
            .node("y = Slice(x, s, e, a)")
            .model(10),
        line);
    becomes(
        model(4, 5)
            .initializer("s", longs(Long.MAX_VALUE, -1))
            .initializer("e", longs(Long.MIN_VALUE, Long.MIN_VALUE))
            .initializer("a", longs(1, 0))
            .initializer("t", longs(-2, -1))
            .node("y = Slice(x, s, e, a, t)")
            .model(13),
        "y = Slice(x) {starts=[3,4], steps=[-1,-2], shape=[4,3]}  # f32[4,3]");
    becomes(
        model(4, 5)
            .initializer("s", longs(3))
            .initializer("e", longs(1))
            .node("y = Slice(x, s, e)")
            .model(13),
        "const y: f32[0,5] = []");
    becomes(
        model(4)
            .initializer("s", longs(0))
            .initializer("e", longs(99))
            .node("a = Slice(x, s, e)")
            .node("y = Relu(a)")
            .model(13),
        "y = Relu(x)  # f32[4]");
  }

  @Test
  void padsAreAttributesThenOperands() {
    String line = "y = Pad(x) {mode=CONSTANT, pads=[1,0,0,2], value=3.0}  # f32[3,4]";
    becomes(
        model(2, 2)
            .node("y = Pad(x)", attribute("pads", new int[] {1, 0, 0, 2}), attribute("value", 3f))
            .model(10),
        line);
    becomes(
        model(2, 2)
            .initializer("p", longs(1, 0, 0, 2))
            .initializer("v", Tensor.scalar(3))
            .node("y = Pad(x, p, v)")
            .model(11),
        line);
    becomes(
        model(2, 2)
            .initializer("p", longs(0, 2))
            .initializer("a", longs(-1))
            .node("y = Pad(x, p, , a)", attribute("mode", "edge"))
            .model(18),
        "y = Pad(x) {mode=EDGE, pads=[0,0,0,2], value=0.0}  # f32[2,4]");
    refused(
        model(2, 2)
            .initializer("p", longs(0, 2))
            .initializer("a", longs(-1))
            .node("y = Pad(x, p, , a)", attribute("mode", "wrap"))
            .model(18),
        "[BadNode] m.onnx, node 'y' (Pad): attribute 'mode' is 'wrap', expected one of constant,"
            + " reflect, edge. The model is not valid ONNX; re-export it.");
  }

  @Test
  void axesOfSqueezeAreAttributesThenOperands() {
    String line = "y = Reshape(x) {shape=[2,3]}  # f32[2,3]";
    becomes(
        model(2, 1, 3).node("y = Squeeze(x)", attribute("axes", new int[] {-2})).model(11), line);
    becomes(model(2, 1, 3).initializer("a", longs(1)).node("y = Squeeze(x, a)").model(13), line);
    becomes(model(2, 1, 3, 1).node("y = Squeeze(x)").model(13), line);
    refused(
        model(2, 1, 3).node("y = Squeeze(x)", attribute("axes", new int[] {0})).model(11),
        "[BadNode] m.onnx, node 'y' (Squeeze): axis 0 of f32[2,1,3] has size 2, expected 1. The model"
            + " is not valid ONNX; re-export it.");
  }

  @Test
  void axesOfUnsqueezeAreAttributesThenOperands() {
    String line = "y = Reshape(x) {shape=[1,2,1]}  # f32[1,2,1]";
    becomes(model(2).node("y = Unsqueeze(x)", attribute("axes", new int[] {2, 0})).model(11), line);
    becomes(model(2).initializer("a", longs(0, -1)).node("y = Unsqueeze(x, a)").model(13), line);
    refused(
        model(2).initializer("a", longs(0, -3)).node("y = Unsqueeze(x, a)").model(13),
        "[BadNode] m.onnx, node 'y' (Unsqueeze): axes [0, -3] name axis -3 twice. The model is not"
            + " valid ONNX; re-export it.");
  }

  @Test
  void axesOfReductionsAreAttributesThenOperands() {
    becomes(
        model(2, 3)
            .node("y = ReduceMean(x)", attribute("axes", new int[] {-1}), attribute("keepdims", 0))
            .model(13),
        "y = Reduce(x) {kind=MEAN, axes=[1], keepdims=false}  # f32[2]");
    becomes(
        model(2, 3).initializer("a", longs(1)).node("y = ReduceMean(x, a)").model(18),
        "y = Reduce(x) {kind=MEAN, axes=[1], keepdims=true}  # f32[2,1]");
    becomes(
        model(2, 3).initializer("a", longs(1)).node("y = ReduceSum(x, a)").model(13),
        "y = Reduce(x) {kind=SUM, axes=[1], keepdims=true}  # f32[2,1]");
    becomes(
        model(2, 3).node("y = ReduceSum(x)").model(13),
        "y = Reduce(x) {kind=SUM, axes=[0,1], keepdims=true}  # f32[1,1]");
    becomes(
        model(2, 3)
            .node("a = ReduceSum(x)", attribute("noop_with_empty_axes", 1))
            .node("y = Relu(a)")
            .model(13),
        "y = Relu(x)  # f32[2,3]");
    refused(
        model(2, 3).initializer("a", longs(1)).node("y = ReduceMean(x, a)").model(13),
        "[BadNode] m.onnx, node 'y' (ReduceMean): it has 2 operands, expected 1. The model is not"
            + " valid ONNX; re-export it.");
  }

  @Test
  void softmaxFlattensUntilOpset12() {
    becomes(
        model(2, 3, 4).node("y = Softmax(x)").model(12),
        "y/Reshape.0 = Reshape(x) {shape=[2,12]}  # f32[2,12]",
        "y/Softmax.0 = Softmax(y/Reshape.0) {axis=1}  # f32[2,12]",
        "y = Reshape(y/Softmax.0) {shape=[2,3,4]}  # f32[2,3,4]");
    becomes(
        model(2, 3, 4).node("y = Softmax(x)").model(13), "y = Softmax(x) {axis=2}  # f32[2,3,4]");
    becomes(
        model(2, 3, 1).node("y = LogSoftmax(x)").model(11),
        "y = LogSoftmax(x) {axis=1}  # f32[2,3,1]");
  }

  @Test
  void splitSizesAreAttributesThenOperands() {
    String line = "y, z = Split(x) {axis=1, sizes=[1,2]}  # f32[2,1], f32[2,2]";
    becomes(
        model(2, 3)
            .output("z")
            .node("y, z = Split(x)", attribute("axis", 1), attribute("split", new int[] {1, 2}))
            .model(11),
        line);
    becomes(
        model(2, 3)
            .output("z")
            .initializer("s", longs(1, 2))
            .node("y, z = Split(x, s)", attribute("axis", -1))
            .model(13),
        line);
    becomes(
        model(5).output("z").node("y, z = Split(x)", attribute("num_outputs", 2)).model(18),
        "y, z = Split(x) {axis=0, sizes=[3,2]}  # f32[3], f32[2]");
    refused(
        model(5).output("z").node("y, z = Split(x)").model(13),
        "[BadNode] m.onnx, node 'y' (Split): 5 elements do not split into 2 equal parts. The model is"
            + " not valid ONNX; re-export it.");
  }

  @Test
  void dropoutVanishesAndItsMaskIsTrue() {
    becomes(
        model(2).node("a = Dropout(x)", attribute("ratio", 0.5f)).node("y = Relu(a)").model(7),
        "y = Relu(x)  # f32[2]");
    becomes(
        model(2).output("m").node("a, m = Dropout(x)").node("y = Relu(a)").model(12),
        "const m: bool[2] = 1",
        "y = Relu(x)  # f32[2]");
    refused(
        model(2)
            .initializer("r", Tensor.scalar(0.5f))
            .initializer("t", Tensor.splatLong(TensorType.of(DType.BOOL), 1))
            .node("y = Dropout(x, r, t)")
            .model(13),
        "[UnsupportedAttribute] m.onnx, node 'y' (Dropout): attribute 'training_mode' is not"
            + " supported; what is dropped is drawn at random. Re-export the model without it.");
  }

  @Test
  void batchNormalizationTakesGivenStatistics() {
    OnnxModels model =
        model(1, 2, 4)
            .input("s", DType.FLOAT32, 2)
            .input("b", DType.FLOAT32, 2)
            .input("m", DType.FLOAT32, 2)
            .input("v", DType.FLOAT32, 2);
    becomes(
        model.node("y = BatchNormalization(x, s, b, m, v)", attribute("momentum", 0.5f)).model(15),
        "y = BatchNormalization(x, s, b, m, v) {epsilon=1.0E-5, axis=1}  # f32[1,2,4]");
    refused(
        model(1, 2, 4)
            .initializer("c", Tensor.ofFloats(Shape.of(2), 1, 1))
            .node("y = BatchNormalization(x, c, c, c, c)", attribute("training_mode", 1))
            .model(13),
        "[UnsupportedAttribute] m.onnx, node 'y' (BatchNormalization): attribute 'training_mode' is"
            + " not supported; the operator has no such attribute in this opset. Re-export the model"
            + " without it.");
    refused(
        model(1, 2, 4)
            .initializer("c", Tensor.ofFloats(Shape.of(2), 1, 1))
            .node("y = BatchNormalization(x, c, c, c, c)", attribute("spatial", 0))
            .model(8),
        "[UnsupportedAttribute] m.onnx, node 'y' (BatchNormalization): attribute 'spatial' is not"
            + " supported; statistics per element are not supported. Re-export the model without"
            + " it.");
  }

  @Test
  void reshapeCopiesInfersAndAllowsZero() {
    OnnxModels copies = model(2, 3, 4).initializer("s", longs(0, -1)).node("y = Reshape(x, s)");
    becomes(copies.model(13), "y = Reshape(x) {shape=[2,12]}  # f32[2,12]");
    becomes(
        model(0, 3)
            .initializer("s", longs(3, 0))
            .node("y = Reshape(x, s)", attribute("allowzero", 1))
            .model(14),
        "const y: f32[3,0] = []");
    refused(
        model(2, 3).initializer("s", longs(4, -1)).node("y = Reshape(x, s)").model(13),
        "[BadNode] m.onnx, node 'y' (Reshape): operand f32[2,3] with 6 elements does not fit shape"
            + " [4, -1]. The model is not valid ONNX; re-export it.");
    refused(
        model(2).initializer("s", longs(2, 0)).node("y = Reshape(x, s)").model(13),
        "[BadNode] m.onnx, node 'y' (Reshape): shape [2, 0] copies axis 1 of f32[2], which has none."
            + " The model is not valid ONNX; re-export it.");
  }
}
