package dev.coppice.compiler.lowering;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.Pipelines;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.loop.Target;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphConstants;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.ManyThreads;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class CodedWeightsTest {
  private static final String SAME = "strides=[1,1], pads=[1,1,1,1], dilations=[1,1], group=";
  private static final String POINTWISE = "strides=[1,1], pads=[0,0,0,0], dilations=[1,1], group=1";

  /** Graphs with weights that are read in the orders of many schedules. */
  private static final List<String> GRAPHS =
      List.of(
          """
          graph conv(x: f32[1,16,9,7]) -> (y) {
            c = Conv(x, w: f32[24,16,3,3], b: f32[24]) {%s1}
            r = Relu(c)
            y = Conv(r, v: f32[20,24,3,3]) {%s1}
          }
          """
              .formatted(SAME, SAME),
          """
          graph pointwise(x: f32[1,64,6,5]) -> (y) {
            c = Conv(x, w: f32[48,64,1,1], b: f32[48]) {%s}
            d = Conv(c, v: f32[48,12,3,3]) {%s4}
            y = Conv(d, w2: f32[64,48,1,1]) {%s}
          }
          """
              .formatted(POINTWISE, SAME, POINTWISE),
          """
          graph product(x: f32[1,200], z: f32[7,60]) -> (y, u) {
            m = MatMul(x, w: f32[200,33], b: f32[33])
            y = Relu(m)
            u = MatMul(z, v: f32[60,64])
          }
          """);

  static List<Emitter> emitters() {
    return Emitters.all();
  }

  /** The graph with its larger constants rounded to nine values, or mostly to zero. */
  private static Graph ofFewValues(String text, boolean mostlyZero) {
    return GraphConstants.map(
        GraphText.parse(text),
        (v, t) ->
            v.name().startsWith("b")
                ? t
                : Tensor.fromDoubles(
                    t.type(),
                    i -> mostlyZero && i % 7 != 0 ? 0 : Math.rint(4 * t.doubleAt(i)) / 4));
  }

  private static long bytes(KernelPlan plan) {
    return plan.weights().stream().mapToLong(w -> w.data().type().bytes()).sum();
  }

  @ParameterizedTest
  @MethodSource("emitters")
  void resultsKeepTheirBits(Emitter emitter) {
    Target target = emitter.target().withCodedWeights(true);
    List<List<Tensor>> inputs = new ArrayList<>();
    List<KernelPlan> plans = new ArrayList<>();
    for (String text : GRAPHS) {
      for (boolean mostlyZero : new boolean[] {false, true}) {
        Graph graph =
            Pipelines.of(target)
                .run(ofFewValues(text, mostlyZero), new PassContext(new DiagnosticSink()));
        inputs.add(SeededInputs.of(graph, 1));
        KernelPlan plan = KernelPlanner.plan(graph, target);
        KernelPlan coded = CodedWeights.of(plan);
        long floats = graph.constants().values().stream().mapToLong(t -> t.type().bytes()).sum();
        assertTrue(5 * bytes(coded) < 2 * floats, graph.name() + ": " + bytes(coded) + " bytes");
        plans.add(plan);
        plans.add(coded);
        plans.add(ManyThreads.inParts(coded, target.withThreads(3)));
      }
    }
    List<CompiledPlan> compiled = CompiledPlan.of(plans, emitter);
    for (int i = 0; i < plans.size(); i += 3) {
      List<Tensor> expected = compiled.get(i).run(inputs.get(i / 3));
      for (int j = i + 1; j < i + 3; j++) {
        String what = plans.get(i).modelName() + ", plan " + (j - i);
        for (int run = 0; run < 2; run++) {
          ManyThreads.assertSameBits(expected, compiled.get(j).run(inputs.get(i / 3)), what);
        }
      }
    }
  }

  /** What one call decoded makes room for what the next decodes. */
  @Test
  void theArenaHoldsTheWeightsOfOneKernel() {
    String text =
        """
        graph chain(x: f32[1,64]) -> (y) {
          a = MatMul(x, w0: f32[64,64])
          b = MatMul(a, w1: f32[64,64])
          c = MatMul(b, w2: f32[64,64])
          y = MatMul(c, w3: f32[64,64])
        }
        """;
    KernelPlan plan =
        KernelPlanner.plan(ofFewValues(text, false), Target.PORTABLE.withCodedWeights(true));
    KernelPlan coded = CodedWeights.of(plan);
    assertEquals(plan.calls().size() + 4, coded.calls().size());
    long more = MemoryPlanner.plan(coded).arenaBytes() - MemoryPlanner.plan(plan).arenaBytes();
    assertTrue(more <= 4 * 64 * 64, more + " bytes");
  }

  @Test
  void weightsOfManyValuesStayAsTheyAre() {
    Graph graph = GraphText.parse(GRAPHS.get(2));
    KernelPlan plan = KernelPlanner.plan(graph, Target.PORTABLE.withCodedWeights(true));
    assertEquals(plan, CodedWeights.of(plan));
  }
}
