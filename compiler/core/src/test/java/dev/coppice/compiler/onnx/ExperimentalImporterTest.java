package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import org.junit.jupiter.api.Test;

class ExperimentalImporterTest {
  private static OnnxModels image() {
    return OnnxModels.graph().input("x", DType.FLOAT32, 1, 2, 4, 5).output("y");
  }

  @Test
  void imagesAreScaledAndBiasedByChannel() {
    becomes(
        image()
            .node(
                "y = ImageScaler(x)",
                attribute("scale", 2f),
                attribute("bias", new float[] {1, -3}))
            .model(8),
        "y/Mul.0 = Mul(x, y/constant: f32[] = 2.0)  # f32[1,2,4,5]",
        "y = Add(y/Mul.0, y/constant_1: f32[2,1,1] = [1.0, -3.0])  # f32[1,2,4,5]");
    refused(
        image().node("y = ImageScaler(x)", attribute("bias", new float[] {1})).model(8),
        "[BadNode] m.onnx, node 'y' (ImageScaler): attribute 'bias' is [1.0], expected a value for"
            + " each channel of f32[1,2,4,5]. The model is not valid ONNX; re-export it.");
  }

  @Test
  void cropsByBordersOrBySize() {
    becomes(
        image().node("y = Crop(x)", attribute("border", new int[] {1, 0, 2, 3})).model(8),
        "y = Slice(x) {starts=[0,0,0,1], steps=[1,1,1,1], shape=[1,2,1,2]}  # f32[1,2,1,2]");
    becomes(
        image()
            .node(
                "y = Crop(x)",
                attribute("border", new int[] {1, 2, 0, 0}),
                attribute("scale", new int[] {2, 3}))
            .model(8),
        "y = Slice(x) {starts=[0,0,2,1], steps=[1,1,1,1], shape=[1,2,2,3]}  # f32[1,2,2,3]");
    refused(
        image().node("y = Crop(x)", attribute("border", new int[] {1, 2, 0, 2})).model(8),
        "[BadNode] m.onnx, node 'y' (Crop): border [1, 2, 0, 2] leaves 0 x 4 of f32[1,2,4,5]. The"
            + " model is not valid ONNX; re-export it.");
  }

  @Test
  void scaledFunctionsAreArithmetic() {
    becomes(
        image().node("y = Affine(x)", attribute("alpha", 2f), attribute("beta", 3f)).model(8),
        "y/Mul.0 = Mul(x, y/constant: f32[] = 2.0)  # f32[1,2,4,5]",
        "y = Add(y/Mul.0, y/constant_1: f32[] = 3.0)  # f32[1,2,4,5]");
    becomes(
        image().node("y = ScaledTanh(x)", attribute("alpha", 2f), attribute("beta", 3f)).model(8),
        "y/Mul.0 = Mul(x, y/constant: f32[] = 3.0)  # f32[1,2,4,5]",
        "y/Tanh.0 = Tanh(y/Mul.0)  # f32[1,2,4,5]",
        "y = Mul(y/Tanh.0, y/constant_1: f32[] = 2.0)  # f32[1,2,4,5]");
    becomes(
        image()
            .node("y = ParametricSoftplus(x)", attribute("alpha", 2f), attribute("beta", 3f))
            .model(8),
        "y/Mul.0 = Mul(x, y/constant: f32[] = 3.0)  # f32[1,2,4,5]",
        "y/Softplus.0 = Softplus(y/Mul.0)  # f32[1,2,4,5]",
        "y = Mul(y/Softplus.0, y/constant_1: f32[] = 2.0)  # f32[1,2,4,5]");
  }
}
