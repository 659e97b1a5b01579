package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.MicrosoftNode.floats;
import static dev.coppice.compiler.onnx.MicrosoftNode.given;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** FusedConv and FusedGemm give what ONNX Runtime gives. */
final class FusedActivationTest {
  private static final List<String> WITHOUT_SCALES = List.of("Relu", "Tanh", "Sigmoid");

  private static MicrosoftNode image() {
    Random r = new Random(1);
    return given()
        .input("x", floats(r, 2, 4, 6, 5))
        .input("z", floats(r, 2, 6, 3, 3))
        .constant("w", floats(r, 6, 2, 3, 3))
        .constant("b", floats(r, 6));
  }

  private static AttributeProto[] window(AttributeProto... more) {
    AttributeProto[] all = Arrays.copyOf(more, more.length + 3);
    all[more.length] = attribute("strides", new int[] {2, 2});
    all[more.length + 1] = attribute("pads", new int[] {1, 1, 1, 1});
    all[more.length + 2] = attribute("group", 2);
    return all;
  }

  private static MicrosoftNode matrices() {
    Random r = new Random(2);
    return given()
        .input("a", floats(r, 3, 5))
        .constant("b", floats(r, 4, 5))
        .constant("c", floats(r, 4));
  }

  @Test
  void convolutions() {
    for (String name : WITHOUT_SCALES) {
      image().agrees("y = FusedConv(x, w, b)", window(attribute("activation", name)));
    }
    image()
        .agrees(
            "y = FusedConv(x, w, b)",
            window(
                attribute("activation", "LeakyRelu"),
                attribute("activation_params", new float[] {.3f})));
    image()
        .agrees(
            "y = FusedConv(x, w)",
            window(
                attribute("activation", "Clip"),
                attribute("activation_params", new float[] {-.5f, 2})));
    image()
        .agrees(
            "y = FusedConv(x, w, b)",
            window(
                attribute("activation", "HardSigmoid"),
                attribute("activation_params", new float[] {.1f, .4f})));
  }

  @Test
  void sumsBeforeTheFunction() {
    image().agrees("y = FusedConv(x, w, b, z)", window(attribute("activation", "Relu")));
    image().agrees("y = FusedConv(x, w, b, z)", window());
  }

  @Test
  void products() {
    AttributeProto right = attribute("transB", 1);
    for (String name : List.of("Relu", "Tanh", "Sigmoid", "Softplus", "Softsign")) {
      matrices()
          .agrees(
              "y = FusedGemm(a, b, c)",
              right,
              attribute("alpha", .5f),
              attribute("beta", 2f),
              attribute("activation", name));
    }
    AttributeProto alpha = attribute("activation_alpha", .7f);
    for (String name : List.of("LeakyRelu", "Elu", "ThresholdedRelu")) {
      matrices().agrees("y = FusedGemm(a, b, c)", right, attribute("activation", name), alpha);
    }
    matrices()
        .agrees(
            "y = FusedGemm(a, b, c)",
            right,
            alpha,
            attribute("activation", "HardSigmoid"),
            attribute("activation_beta", .2f));
    matrices()
        .agrees(
            "y = FusedGemm(a, b, c)",
            right,
            attribute("activation", "Selu"),
            attribute("activation_alpha", 1.5f),
            attribute("activation_gamma", 1.1f));
  }

  @Test
  void refusesFunctionsItDoesNotKnow() {
    matrices()
        .refused(
            "y = FusedGemm(a, b, c)",
            "[UnsupportedAttribute] m.onnx, node 'y' (FusedGemm): attribute 'activation' is not"
                + " supported; there is no function 'Cube'. Re-export the model without it.",
            attribute("transB", 1),
            attribute("activation", "Cube"));
    matrices()
        .invalid(
            "y = FusedGemm(a, b, c)",
            "activation 'LeakyRelu' has scales [], expected 1",
            attribute("transB", 1),
            attribute("activation", "LeakyRelu"));
    image()
        .constant("u", Tensor.scalar(1))
        .invalid(
            "y = FusedConv(x, w, b, u)", "operand 'Z' is f32[], expected f32[2,6,3,3]", window());
  }
}
