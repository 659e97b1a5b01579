package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import org.junit.jupiter.api.Test;

final class LegacyBroadcastTest {
  private static OnnxModels model(Object... second) {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 2, 3, 4)
        .input("b", DType.FLOAT32, second)
        .output("y");
  }

  @Test
  void axesOfTheSecondOperandStandWhereTheAttributeSays() {
    becomes(
        model(3).node("y = Add(x, b)", attribute("broadcast", 1), attribute("axis", 1)).model(6),
        "y/Reshape.0 = Reshape(b) {shape=[3,1]}  # f32[3,1]",
        "y = Add(x, y/Reshape.0)  # f32[2,3,4]");
    becomes(
        model(3, 4).node("y = Sub(x, b)", attribute("broadcast", 1)).model(6),
        "y = Sub(x, b)  # f32[2,3,4]");
    becomes(
        model(2).node("y = Mul(x, b)", attribute("broadcast", 1), attribute("axis", 0)).model(6),
        "y/Reshape.0 = Reshape(b) {shape=[2,1,1]}  # f32[2,1,1]",
        "y = Mul(x, y/Reshape.0)  # f32[2,3,4]");
  }

  @Test
  void withoutTheAttributeShapesAreEqual() {
    refused(
        model(4).node("y = Add(x, b)").model(6),
        "[BadNode] m.onnx, node 'y' (Add): operands are f32[2,3,4] and f32[4], which before opset 7"
            + " do not fit with broadcast=0 at axis 2. The model is not valid ONNX; re-export it.");
    becomes(model(2, 3, 4).node("y = Add(x, b)").model(6), "y = Add(x, b)  # f32[2,3,4]");
    refused(
        model(2).node("y = Add(x, b)", attribute("broadcast", 1), attribute("axis", 1)).model(6),
        "[BadNode] m.onnx, node 'y' (Add): operands are f32[2,3,4] and f32[2], which before opset 7"
            + " do not fit with broadcast=1 at axis 1. The model is not valid ONNX; re-export it.");
  }

  @Test
  void aSlopeBelongsToAChannel() {
    becomes(
        model(3).node("y = PRelu(x, b)").model(6),
        "y/Reshape.0 = Reshape(b) {shape=[3,1]}  # f32[3,1]",
        "y = PRelu(x, y/Reshape.0)  # f32[2,3,4]");
  }

  @Test
  void laterModelsBroadcastAsTheyAre() {
    becomes(model(4).node("y = Add(x, b)").model(7), "y = Add(x, b)  # f32[2,3,4]");
    refused(
        model(4).node("y = Add(x, b)", attribute("broadcast", 1)).model(7),
        "[UnsupportedAttribute] m.onnx, node 'y' (Add): attribute 'broadcast' is not supported;"
            + " the operator has no such attribute in this opset. Re-export the model without it.");
  }
}
