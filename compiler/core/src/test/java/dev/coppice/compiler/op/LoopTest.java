package dev.coppice.compiler.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.Stages;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LoopTest {
  private static Tensor most(long m) {
    return Tensor.ofLongs(Shape.SCALAR, m);
  }

  private static Tensor yes() {
    return Tensor.splatLong(TensorType.of(DType.BOOL), 1);
  }

  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  private static List<Float> elements(Tensor t) {
    return IntStream.range(0, t.size()).mapToObj(t::floatAt).toList();
  }

  private static List<Tensor> run(String text, Tensor... inputs) {
    return Stages.run(GraphText.parse(text), List.of(List.of(inputs))).get(0);
  }

  /** Doubles until the sum is 100 or more, collecting what it saw. */
  private static final String DOUBLING =
      """
      graph g(m: i64[], c: bool[], x: f32[2], a: f32[2]) -> (last, seen, n) {
        last, seen, n = Loop(m, c, x, a) {
          body=graph body(i: i64[], v: f32[2], k: f32[2]) -> (go, next, v) {
            d = Mul(v, two: f32[] = 2)
            next = Add(d, k)
            s = Reduce(next) {kind=SUM, axes=[0], keepdims=false}
            go = Less(s, hundred: f32[] = 100)
          },
          carried=1, limit=8}
      }
      """;

  @Test
  void runsUntilItsConditionFails() {
    List<Tensor> results = run(DOUBLING, most(8), yes(), floats(1, 2), floats(1, 0));
    // 1,2 -> 3,4 -> 7,8 -> 15,16 -> 31,32 -> 63,64
    assertEquals(List.of(63f, 64f), elements(results.get(0)));
    assertEquals(
        List.of(1f, 2f, 3f, 4f, 7f, 8f, 15f, 16f, 31f, 32f, 0f, 0f, 0f, 0f, 0f, 0f),
        elements(results.get(1)));
    assertEquals(5, results.get(2).longAt(0));
  }

  @Test
  void runsNoMoreThanAllowed() {
    List<Tensor> results = run(DOUBLING, most(2), yes(), floats(1, 2), floats(1, 0));
    assertEquals(List.of(7f, 8f), elements(results.get(0)));
    assertEquals(2, results.get(2).longAt(0));
    List<Tensor> none = run(DOUBLING, most(0), yes(), floats(1, 2), floats(1, 0));
    assertEquals(List.of(1f, 2f), elements(none.get(0)));
    Tensor no = Tensor.splatLong(TensorType.of(DType.BOOL), 0);
    assertEquals(0, run(DOUBLING, most(5), no, floats(1, 2), floats(1, 0)).get(2).longAt(0));
  }

  @Test
  void saysWhenThereIsNoRoom() {
    String text = DOUBLING.replace("limit=8", "limit=3");
    Graph graph = GraphText.parse(text);
    CompiledPlan compiled =
        CompiledPlan.of(
            KernelPlanner.plan(graph, Emitters.all().get(0).target()), Emitters.all().get(0));
    List<Tensor> inputs = List.of(most(8), yes(), floats(1, 2), floats(1, 0));
    Throwable problem = assertThrows(Throwable.class, () -> compiled.run(inputs));
    while (problem.getCause() != null) {
      problem = problem.getCause();
    }
    assertEquals("iterations of '': 3, there is room for 2", problem.getMessage());
  }

  @Test
  void carriedValuesMayChangePlaces() {
    String text =
        """
        graph g(m: i64[], c: bool[], x: f32[2], y: f32[2]) -> (p, q, n) {
          p, q, n = Loop(m, c, x, y) {
            body=graph body(i: i64[], v: f32[2], w: f32[2]) -> (go, w, v) {
              const go: bool[] = 1
            },
            carried=2, limit=0}
        }
        """;
    List<Tensor> odd = run(text, most(3), yes(), floats(1, 2), floats(3, 4));
    assertEquals(List.of(3f, 4f), elements(odd.get(0)));
    assertEquals(List.of(1f, 2f), elements(odd.get(1)));
  }

  @Test
  void theNumberOfTheIterationMayBeCarried() {
    String text =
        """
        graph g(m: i64[], c: bool[], x: i64[]) -> (last, n) {
          last, n = Loop(m, c, x) {
            body=graph body(i: i64[], v: i64[]) -> (go, i) { const go: bool[] = 1 },
            carried=1, limit=0}
        }
        """;
    List<Tensor> results = run(text, most(5), yes(), most(-1));
    assertEquals(4, results.get(0).longAt(0));
    assertEquals(5, results.get(1).longAt(0));
  }

  @Test
  void nestsWithLoopsAndBranches() {
    String text =
        """
        graph g(m: i64[], c: bool[], x: f32[3]) -> (z, n) {
          k = Mul(x, half: f32[] = 0.5)
          y, n = Loop(m, c, x, k, m) {
            body=graph outer(i: i64[], v: f32[3], k: f32[3], m: i64[]) -> (go, next) {
              const go: bool[] = 1
              inner, count = Loop(m, go, v, k) {
                body=graph inner(j: i64[], w: f32[3], k: f32[3]) -> (on, r) {
                  const on: bool[] = 1
                  t = Add(w, k)
                  r = Relu(t)
                }, carried=1, limit=0}
              odd = Mod(i, two: i64[] = 2) {fmod=false}
              isOdd = Cast(odd) {to=bool}
              next = If(isOdd, inner, inner, v) {
                then=graph a(p: f32[3]) -> (r) { r = Neg(p) },
                otherwise=graph b(p: f32[3], q: f32[3]) -> (r) { r = Add(p, q) }}
            }, carried=1, limit=0}
          z = Add(y, k)
        }
        """;
    // One round of the outer loop is v -> v + (v + 3k) for even rounds, -(v + 3k) for odd ones.
    List<Tensor> results = run(text, most(3), yes(), floats(2, 4, 6));
    // x=2, k=1: 2 -> 2+5=7 -> -(10) -> relu steps from -10: 0,1,2 -> -10+2=-8; plus k
    assertEquals(-7f, results.get(0).floatAt(0));
    assertEquals(3, results.get(1).longAt(0));
  }

  @Test
  void refusesCarriedValuesThatChangeTheirType() {
    String text =
        """
        graph g(m: i64[], c: bool[], x: f32[2]) -> (last, n) {
          last, n = Loop(m, c, x) {
            body=graph body(i: i64[], v: f32[2]) -> (go, r) {
              const go: bool[] = 1
              r = Concat(v, v) {axis=0}
            }, carried=1, limit=0}
        }
        """;
    assertEquals(
        "carried value 0 is f32[2] before an iteration and f32[4] after it, expected one type",
        assertThrows(IllegalArgumentException.class, () -> GraphText.parse(text)).getMessage());
  }
}
