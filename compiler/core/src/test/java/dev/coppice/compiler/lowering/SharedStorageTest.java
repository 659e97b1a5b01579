package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SharedStorageTest {
  /** Names of the kernels that compute {@code text}, whose results agree in all stages. */
  private static List<String> kernels(String text) {
    Graph graph = GraphText.parse(text);
    SplittableRandom random = new SplittableRandom(7);
    List<Tensor> inputs = new ArrayList<>();
    for (Value v : graph.inputs()) {
      inputs.add(SeededInputs.tensor(v.type(), random));
    }
    Stages.run(graph, List.of(inputs));
    return KernelPlanner.plan(graph, Target.PORTABLE).calls().stream()
        .map(c -> c.kernel().name())
        .toList();
  }

  @Test
  void operandsAreComputedWhereTheyBelong() {
    assertEquals(
        List.of("sin", "cos", "matMul"),
        kernels(
            """
            graph g(x: f32[1,3,4]) -> (y) {
              const w: f32[4,2]
              a = Sin(x)
              b = Cos(x)
              c = Concat(a, b) {axis=1}
              y = MatMul(c, w)
            }
            """));
  }

  @Test
  void operandsThatAreGivenOrDeliveredAreCopied() {
    assertEquals(
        List.of("sin", "tanh", "copy", "copy", "cos"),
        kernels(
            """
            graph g(x: f32[2,3]) -> (a, y) {
              a = Sin(x)
              b = Tanh(x)
              c = Concat(a, b, x) {axis=0}
              y = Cos(c)
            }
            """));
  }

  @Test
  void anOperandThatComesTwiceIsCopiedOnce() {
    assertEquals(
        List.of("sin", "copy", "cos"),
        kernels(
            """
            graph g(x: f32[1,3]) -> (y) {
              a = Sin(x)
              c = Concat(a, a) {axis=1}
              y = Cos(c)
            }
            """));
  }

  @Test
  void operandsOfAnotherAxisAreJoinedByAKernel() {
    assertEquals(
        List.of("sin", "cos", "concat"),
        kernels(
            """
            graph g(x: f32[2,3]) -> (y) {
              a = Sin(x)
              b = Cos(x)
              y = Concat(a, b) {axis=1}
            }
            """));
  }

  @Test
  void joinedValuesAreJoinedAgainAndReadByOthers() {
    assertEquals(
        List.of("sin", "cos", "tanh", "abs"),
        kernels(
            """
            graph g(x: f32[1,3]) -> (y, z) {
              a = Sin(x)
              b = Cos(a)
              c = Concat(a, b) {axis=1}
              d = Tanh(c)
              e = Concat(c, d) {axis=1}
              y = Reshape(e) {shape=[3,4]}
              p, q = Split(e) {axis=1, sizes=[5,7]}
              z = Abs(q)
            }
            """));
  }

  @Test
  void partsAreReadInPlace() {
    assertEquals(
        List.of("sin", "add", "copy"),
        kernels(
            """
            graph g(x: f32[1,7,2]) -> (y, p) {
              a = Sin(x)
              p, q, r = Split(a) {axis=1, sizes=[3,1,3]}
              y = Add(p, r)
            }
            """));
  }

  @Test
  void partsOfInputsAndSlicesAreReadInPlace() {
    assertEquals(
        List.of("add"),
        kernels(
            """
            graph g(x: f32[4,3]) -> (y) {
              p, q = Split(x) {axis=0, sizes=[1,3]}
              s = Slice(q) {starts=[1,0], steps=[1,1], shape=[1,3]}
              y = Add(p, s)
            }
            """));
  }

  @Test
  void slicesThatAreNoRunsAreCopied() {
    for (String attributes :
        List.of(
            "starts=[0,1], steps=[1,1], shape=[4,2]",
            "starts=[3,0], steps=[-1,1], shape=[4,3]",
            "starts=[0,0], steps=[2,1], shape=[2,3]",
            "starts=[1,2], steps=[1,-1], shape=[1,3]")) {
      assertEquals(
          List.of("slice"),
          kernels(
              """
              graph g(x: f32[4,3]) -> (y) {
                s = Slice(x) {%s}
                y = Sin(s)
              }
              """
                  .formatted(attributes)));
    }
  }

  /** The next part is the first half of the values that are replaced at the same time. */
  @Test
  void partsOfWhatALoopCarriesAreSavedBeforeItIsReplaced() {
    Graph graph =
        GraphText.parse(
            """
            graph g(m: i64[], c: bool[], x: f32[1,4], h: f32[1,2]) -> (last, half) {
              last, half, n = Loop(m, c, x, h) {
                body=graph body(i: i64[], v: f32[1,4], k: f32[1,2]) -> (go, next, p) {
                  next = Exp(v)
                  p, q = Split(v) {axis=1, sizes=[2,2]}
                  s = Reduce(k) {kind=SUM, axes=[0,1], keepdims=false}
                  go = Less(s, hundred: f32[] = 100)
                },
                carried=2, limit=8}
            }
            """);
    List<Tensor> inputs =
        List.of(
            Tensor.ofLongs(Shape.SCALAR, 3),
            Tensor.splatLong(TensorType.of(DType.BOOL), 1),
            Tensor.ofFloats(Shape.of(1, 4), 0.1f, 0.2f, 0.3f, 0.4f),
            Tensor.ofFloats(Shape.of(1, 2), 0, 0));
    List<Tensor> results = Stages.run(graph, List.of(inputs)).get(0);
    assertEquals(Math.exp(Math.exp(0.1)), results.get(1).doubleAt(0), 1e-5);
  }
}
