package dev.coppice.compiler.compress.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagedValuesTest {
  /** {@code a = 2x}, {@code b = a + x}, {@code c = b w}, {@code y = c + a}. */
  private static OnnxGraph graph() {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .initializer("two", Tensor.ofFloats(Shape.of(1), 2))
            .initializer("w", Tensor.ofFloats(Shape.of(1), 3))
            .node("a = Mul(x, two)")
            .node("b = Add(a, x)")
            .node("c = Mul(b, w)")
            .node("y = Add(c, a)")
            .output("y", DType.FLOAT32, 2);
    return OnnxGraph.of(model.model(13), ImportOptions.of("m.onnx"));
  }

  private static Examples examples() {
    return Examples.of(
        List.of(
            List.of(Tensor.ofFloats(Shape.of(2), 1, 2)),
            List.of(Tensor.ofFloats(Shape.of(2), 3, 4))),
        List.of());
  }

  @Test
  void laterStagesSeeWhatHasChanged() {
    OnnxGraph graph = graph();
    StagedValues values = new StagedValues(graph, examples(), "portable");
    assertEquals(3, values.of("b").get(0).floatAt(0));
    graph.constant("w", Tensor.ofFloats(Shape.of(1), 10));
    assertEquals(120, values.aside("c").get(1).floatAt(1));
    graph.constant("w", Tensor.ofFloats(Shape.of(1), 1));
    assertEquals(12 + 8, values.of("y").get(1).floatAt(1));
    assertEquals(3 + 2, values.of("y").get(0).floatAt(0));
  }

  @Test
  void whatIsBehindIsForgotten() {
    StagedValues values = new StagedValues(graph(), examples(), "portable");
    values.of("y");
    assertThrows(IllegalArgumentException.class, () -> values.of("b"));
  }
}
