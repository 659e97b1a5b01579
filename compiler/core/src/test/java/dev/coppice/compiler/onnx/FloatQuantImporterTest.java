package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.Stages;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Small floating point formats, with values worked out by hand. */
final class FloatQuantImporterTest {
  private static final float[] X = {0, .3f, .8f, 1.1f, 1.3f, -2.4f, 5.1f, 20, -20, 1e-3f};

  private static ModelProto model(float scale, AttributeProto... attributes) {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, X.length)
        .initializer("s", Tensor.scalar(scale))
        .initializer("e", Tensor.scalar(2))
        .initializer("m", Tensor.scalar(1))
        .initializer("b", Tensor.scalar(1))
        .node("y = FloatQuant(x, s, e, m, b)", attributes)
        .output("y")
        .model(13);
  }

  private static void gives(ModelProto model, float... expected) {
    Tensor x = Tensor.ofFloats(Shape.of(X.length), X);
    Tensor y = Stages.run(Imports.graph(model), List.of(List.of(x))).get(0).get(0);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], y.floatAt(i) + 0f, "at " + i);
    }
  }

  /** Two bits of exponent, one of mantissa: 0, 0.5, 1, 1.5, 2, 3, 4, 6. */
  @Test
  void roundsToTheNearest() {
    gives(model(1), 0, .5f, 1, 1, 1.5f, -2, 6, 6, -6, 0);
  }

  @Test
  void scaleMovesTheGrid() {
    gives(model(2), 0, 0, 1, 1, 1, -2, 6, 12, -12, 0);
  }

  @Test
  void roundsDownAsAsked() {
    gives(model(1, attribute("rounding_mode", "FLOOR")), 0, 0, .5f, 1, 1, -3, 4, 6, -6, 0);
  }

  @Test
  void whatIsTooLargeBecomesInfinite() {
    float inf = Float.POSITIVE_INFINITY;
    gives(
        model(1, attribute("saturation", 0), attribute("has_inf", 1)),
        0,
        .5f,
        1,
        1,
        1.5f,
        -2,
        6,
        inf,
        -inf,
        0);
  }

  @Test
  void whatIsTooLargeMustBecomeSomething() {
    assertThrows(CompileException.class, () -> Imports.graph(model(1, attribute("saturation", 0))));
  }
}
