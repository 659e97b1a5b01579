package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.refused;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import org.junit.jupiter.api.Test;

/** What no class of plain Java can do the same twice, or at all, is refused with that reason. */
final class RefusedOperatorsTest {
  private static void refuses(String operator, String message) {
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .node("y = " + operator + "(x)")
            .output("y")
            .model(20),
        message);
  }

  @Test
  void randomNumbers() {
    refuses(
        "RandomNormalLike",
        "[RandomOperator] m.onnx, node 'y' (RandomNormalLike): operator 'RandomNormalLike' draws"
            + " random numbers, so that no two runs give the same. Export the model for inference,"
            + " or make what is drawn an input of it.");
  }

  @Test
  void pictures() {
    refuses(
        "ImageDecoder",
        "[OperatorOutside] m.onnx, node 'y' (ImageDecoder): operator 'ImageDecoder' works on"
            + " picture files, not on tensors of numbers. Do that part in Java before the model"
            + " runs, and export the model without it.");
  }

  @Test
  void unknown() {
    refuses(
        "Foo",
        "[UnsupportedOperator] m.onnx, node 'y' (Foo): operator 'Foo' of domain 'ai.onnx' is not"
            + " supported. Run 'coppice ops' for what is, and re-export the model without it.");
  }
}
