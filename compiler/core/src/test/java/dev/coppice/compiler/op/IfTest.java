package dev.coppice.compiler.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.Stages;
import java.util.List;
import org.junit.jupiter.api.Test;

final class IfTest {
  private static Tensor yes(boolean value) {
    return Tensor.splatLong(TensorType.of(DType.BOOL), value ? 1 : 0);
  }

  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  private static void assertResults(String text, List<Tensor> inputs, float... expected) {
    Tensor y = Stages.run(GraphText.parse(text), List.of(inputs)).get(0).get(0);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], y.floatAt(i), 1e-6f, "element " + i);
    }
  }

  @Test
  void choosesABranchAtRunTime() {
    String text =
        """
        graph g(c: bool[], x: f32[3]) -> (z) {
          t = Add(x, one: f32[] = 1)
          y = If(c, t, x, t) {
            then=graph a(p: f32[3]) -> (r) { q = Mul(p, two: f32[] = 2) r = Neg(q) },
            otherwise=graph b(p: f32[3], q: f32[3]) -> (r) { r = Mul(p, q) }}
          z = Add(y, t)
        }
        """;
    assertResults(text, List.of(yes(true), floats(1, 2, 3)), -2, -3, -4);
    assertResults(text, List.of(yes(false), floats(1, 2, 3)), 4, 9, 16);
  }

  @Test
  void branchesMayPassOnOperandsAndConstants() {
    String text =
        """
        graph g(c: bool[1], x: f32[2]) -> (y, k) {
          y, k = If(c, x, x) {
            then=graph a(p: f32[2]) -> (p, v) { const v: f32[2] = [7, 8] },
            otherwise=graph b(p: f32[2]) -> (r, p) { r = Relu(p) }}
        }
        """;
    Graph g = GraphText.parse(text);
    List<Tensor> taken =
        Stages.run(
                g,
                List.of(List.of(Tensor.splatLong(TensorType.of(DType.BOOL, 1), 1), floats(-1, 2))))
            .get(0);
    assertEquals(List.of(-1f, 2f, 7f, 8f), elements(taken));
    List<Tensor> other =
        Stages.run(
                g,
                List.of(List.of(Tensor.splatLong(TensorType.of(DType.BOOL, 1), 0), floats(-1, 2))))
            .get(0);
    assertEquals(List.of(0f, 2f, -1f, 2f), elements(other));
  }

  private static List<Float> elements(List<Tensor> tensors) {
    return tensors.stream()
        .flatMap(t -> java.util.stream.IntStream.range(0, t.size()).mapToObj(t::floatAt))
        .toList();
  }

  @Test
  void nests() {
    String text =
        """
        graph g(c: bool[], d: bool[], x: f32[2]) -> (y) {
          y = If(c, d, x, x) {
            then=graph a(d: bool[], p: f32[2]) -> (r) {
              r = If(d, p, p) {
                then=graph aa(p: f32[2]) -> (r) { r = Neg(p) },
                otherwise=graph ab(p: f32[2]) -> (r) { r = Abs(p) }}
            },
            otherwise=graph b(p: f32[2]) -> (r) { r = Exp(p) }}
        }
        """;
    assertResults(text, List.of(yes(true), yes(true), floats(-1, 2)), 1, -2);
    assertResults(text, List.of(yes(true), yes(false), floats(-1, 2)), 1, 2);
    assertResults(text, List.of(yes(false), yes(true), floats(0, 0)), 1, 1);
  }

  @Test
  void refusesBranchesOfDifferentTypes() {
    String text =
        """
        graph g(c: bool[], x: f32[2]) -> (y) {
          y = If(c, x, x) {
            then=graph a(p: f32[2]) -> (r) { r = Reshape(p) {shape=[2,1]} },
            otherwise=graph b(p: f32[2]) -> (p) { }}
        }
        """;
    assertEquals(
        "the branches give [f32[2,1]] and [f32[2]]",
        assertThrows(IllegalArgumentException.class, () -> GraphText.parse(text)).getMessage());
  }
}
