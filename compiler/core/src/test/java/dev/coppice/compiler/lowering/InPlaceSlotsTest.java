package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.Stages;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class InPlaceSlotsTest {
  private static Graph graph(String body) {
    return GraphText.parse("graph g(x: f32[2,8]) -> (y) {\n" + body + "}\n");
  }

  /** Arena bytes of {@code body}, whose results agree in all stages. */
  private static long bytes(String body) {
    Graph graph = graph(body);
    Stages.run(graph, List.of(SeededInputs.of(graph, 1)));
    return MemoryPlanner.plan(KernelPlanner.plan(graph, Target.PORTABLE)).arenaBytes();
  }

  /** The value that is joined is 4 * 4 * 8 bytes. */
  private static final String JOINED =
      """
        a = Sin(x)
        b = Cos(x)
        c = Concat(a, b) {axis=0}
      """;

  @Test
  void aResultTakesThePlaceOfAnOperandThatDies() {
    assertEquals(
        128,
        bytes(
            JOINED
                + """
                  d = Tanh(c)
                  y = MatMul(d, w: f32[8,3])
                """));
  }

  @Test
  void severalFollowEachOther() {
    assertEquals(
        128 + 32,
        bytes(
            JOINED
                + """
                  d = Tanh(c)
                  m = Reduce(d) {kind=MAX, axes=[0], keepdims=true}
                  e = Sub(d, m)
                  n = Reduce(e) {kind=SUM, axes=[0], keepdims=true}
                  f = Div(e, n)
                  y = MatMul(f, w: f32[8,3])
                """));
  }

  @Test
  void anOperandThatComesTwiceIsReplaced() {
    assertEquals(128, bytes(JOINED + "d = Mul(c, c)\n y = MatMul(d, w: f32[8,3])\n"));
  }

  @Test
  void anOperandThatIsReadLaterStays() {
    assertEquals(
        256,
        bytes(
            JOINED
                + """
                  d = Tanh(c)
                  e = MatMul(d, w: f32[8,8])
                  y = Add(e, c)
                """));
  }

  /** Half of what is joined is not all of its slot. */
  @Test
  void aPartOfASlotStays() {
    assertEquals(
        128 + 64,
        bytes(
            JOINED
                + """
                  p, q = Split(c) {axis=0, sizes=[2,2]}
                  d = Tanh(p)
                  y = MatMul(d, w: f32[8,3])
                """));
  }

  @Test
  void valuesOfLoopsAndBranchesAgree() {
    Graph graph =
        GraphText.parse(
            """
            graph g(m: i64[], c: bool[], x: f32[2,4]) -> (y) {
              a = Sin(x)
              last, n = Loop(m, c, a) {
                body=graph body(i: i64[], v: f32[2,4]) -> (go, next) {
                  e = Exp(v)
                  j = Concat(e, v) {axis=0}
                  t = Tanh(j)
                  p, q = Split(t) {axis=0, sizes=[2,2]}
                  next = Add(p, q)
                  s = Reduce(next) {kind=SUM, axes=[0,1], keepdims=false}
                  go = Less(s, hundred: f32[] = 100)
                },
                carried=1, limit=8}
              k = Concat(last, a) {axis=0}
              y = Sigmoid(k)
            }
            """);
    Stages.run(
        graph,
        List.of(
            List.of(
                Tensor.ofLongs(Shape.SCALAR, 3),
                Tensor.splatLong(TensorType.of(DType.BOOL), 1),
                SeededInputs.tensor(TensorType.of(DType.FLOAT32, 2, 4), new SplittableRandom(5)))));
  }

  @Test
  void randomGraphsAgree() {
    int inPlace = 0;
    for (int seed = 0; seed < 30; seed++) {
      Graph graph = graph(random(new SplittableRandom(seed)));
      Stages.run(graph, List.of(SeededInputs.of(graph, seed)));
      KernelPlan plan = KernelPlanner.plan(graph, Target.PORTABLE);
      for (int over : InPlaceSlots.of(plan, Lifetimes.of(plan)).over()) {
        inPlace += over < 0 ? 0 : 1;
      }
    }
    assertTrue(inPlace > 20, inPlace + " values in place");
  }

  /** Values {@code [rows, 8]}: joined, cut and computed element by element; all are joined last. */
  private static String random(SplittableRandom r) {
    StringBuilder body = new StringBuilder();
    List<String> values = new ArrayList<>(List.of("x"));
    List<Integer> rows = new ArrayList<>(List.of(2));
    Set<String> unread = new LinkedHashSet<>();
    for (int i = 0; i < 10; i++) {
      int from = r.nextInt(Math.max(0, values.size() - 2), values.size());
      String x = values.get(from);
      String y = "v" + i;
      int n = rows.get(from);
      switch (r.nextInt(5)) {
        case 0 -> {
          String other = values.get(r.nextInt(values.size()));
          n += rows.get(values.indexOf(other));
          unread.remove(other);
          body.append("%s = Concat(%s, %s) {axis=0}\n".formatted(y, x, other));
        }
        case 1 -> body.append("%s = Tanh(%s)\n".formatted(y, x));
        case 2 -> body.append("%s = Mul(%s, %s)\n".formatted(y, x, x));
        case 3 ->
            body.append(
                "m%d = Reduce(%s) {kind=MAX, axes=[0], keepdims=true}\n%s = Sub(%s, m%d)\n"
                    .formatted(i, x, y, x, i));
        default -> {
          body.append("r%d = Concat(%s, x) {axis=0}\n%s = Sin(r%d)\n".formatted(i, x, y, i));
          n += 2;
        }
      }
      unread.remove(x);
      unread.add(y);
      values.add(y);
      rows.add(n);
    }
    return body + "j = Concat(x, " + String.join(", ", unread) + ") {axis=0}\ny = Sigmoid(j)\n";
  }

  /** Two slots at one place, which are live in one call. */
  private static MemoryPlan together(KernelPlan plan, int offset) {
    return new MemoryPlan(
        Map.of(DType.Storage.FLOAT, 40),
        List.of(
            new MemoryPlan.Slot(DType.Storage.FLOAT, 0, 32, 0, 2),
            new MemoryPlan.Slot(DType.Storage.FLOAT, offset, 32, 2, 3)),
        MemoryPlanner.plan(plan).planes(),
        128,
        160);
  }

  /** Exactly there, and where the kernel reads each element before it stores. */
  @Test
  void verifierAllowsWhatIsInPlaceOnly() {
    KernelPlan plan =
        KernelPlanner.plan(
            graph(JOINED + "d = Tanh(c)\n y = MatMul(d, w: f32[8,3])\n"), Target.PORTABLE);
    assertEquals(2, plan.slots().size());
    assertEquals(0, InPlaceSlots.of(plan, Lifetimes.of(plan)).over()[1]);
    MemoryPlanVerifier.verify(plan, together(plan, 0));
    IllegalStateException shifted =
        assertThrows(
            IllegalStateException.class, () -> MemoryPlanVerifier.verify(plan, together(plan, 4)));
    assertTrue(shifted.getMessage().contains("overlap"), shifted.getMessage());
    List<KernelCall> calls =
        plan.calls().stream()
            .map(c -> new KernelCall(c.kernel(), c.bindings(), c.comment()))
            .toList();
    KernelPlan unknown =
        new KernelPlan("g", plan.inputs(), plan.outputs(), calls, plan.weights(), plan.slots(), 0);
    assertThrows(
        IllegalStateException.class, () -> MemoryPlanVerifier.verify(unknown, together(plan, 0)));
  }
}
