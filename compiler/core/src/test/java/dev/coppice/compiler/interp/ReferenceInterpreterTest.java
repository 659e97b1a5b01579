package dev.coppice.compiler.interp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.GraphText;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReferenceInterpreterTest {
  private static final Graph GRAPH =
      GraphText.parse(
          """
          graph g(x: f32[1,2]) -> (y, t, c, x2 = x) {
            const c: f32[] = 3.0
            t = MatMul(x, w: f32[2,1] = [1.0, -2.0])
            dead = Relu(x)
            y = Relu(t)
          }
          """);
  private static final Tensor X = Tensor.ofFloats(Shape.of(1, 2), 1, 2);

  @Test
  void deliversResultsConstantsAndInputs() {
    assertEquals(
        List.of(
            Tensor.ofFloats(Shape.of(1, 1), 0),
            Tensor.ofFloats(Shape.of(1, 1), -3),
            Tensor.scalar(3),
            X),
        new ReferenceInterpreter(GRAPH).run(List.of(X)));
  }

  @Test
  void runsAgain() {
    ReferenceInterpreter interpreter = new ReferenceInterpreter(GRAPH);
    assertEquals(interpreter.run(List.of(X)), interpreter.run(List.of(X)));
  }

  @Test
  void showsEveryResult() {
    List<String> seen = new ArrayList<>();
    new ReferenceInterpreter(GRAPH).run(List.of(X), (v, t) -> seen.add(v.name()));
    assertEquals(List.of("t", "dead", "y"), seen);
  }

  @Test
  void inputsMustFit() {
    ReferenceInterpreter interpreter = new ReferenceInterpreter(GRAPH);
    assertEquals(
        "g has 1 inputs, got 0",
        assertThrows(IllegalArgumentException.class, () -> interpreter.run(List.of()))
            .getMessage());
    assertEquals(
        "input x is f32[1,2], got f32[]",
        assertThrows(
                IllegalArgumentException.class, () -> interpreter.run(List.of(Tensor.scalar(1))))
            .getMessage());
  }
}
