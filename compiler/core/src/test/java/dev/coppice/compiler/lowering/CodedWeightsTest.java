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
import java.util.function.IntUnaryOperator;
import java.util.function.UnaryOperator;
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

  /** What larger constants are made of. */
  private static final List<UnaryOperator<Tensor>> WEIGHTS =
      List.of(
          t -> Tensor.fromDoubles(t.type(), i -> rounded(t, i)),
          t -> Tensor.fromDoubles(t.type(), i -> i % 7 == 0 ? rounded(t, i) : 0),
          t -> dequantized(t, 1, 127, channel(t)),
          t -> dequantized(t, 1.1f, 127, channel(t)),
          t -> dequantized(t, 1, 7, block(t)));

  private static double rounded(Tensor t, int i) {
    return Math.rint(4 * t.doubleAt(i)) / 4;
  }

  /** The output channel of element {@code i} of the weights of a convolution or product. */
  private static IntUnaryOperator channel(Tensor t) {
    int outputs = t.shape().dim(t.shape().rank() == 2 ? 1 : 0);
    return i -> t.shape().rank() == 2 ? i % outputs : i / (t.size() / outputs);
  }

  /** The same for products; for convolutions a block of 16 weights that lie together. */
  private static IntUnaryOperator block(Tensor t) {
    return t.shape().rank() == 2 ? channel(t) : i -> i / 16;
  }

  /**
   * {@code t} as integers of at most {@code most} times a scale of a group and a factor. The weight
   * file could round the scales, which are nearly multiples of one, but for what depends on them.
   */
  private static Tensor dequantized(Tensor t, float factor, int most, IntUnaryOperator group) {
    return Tensor.fromDoubles(
        t.type(),
        i -> {
          float scale = (1000 + 37 * group.applyAsInt(i)) / 1e6f;
          float level = (float) Math.rint(Math.max(-1, Math.min(1, t.doubleAt(i))) * most);
          return level * scale * factor;
        });
  }

  /** The graph with other constants but for biases. */
  private static Graph with(UnaryOperator<Tensor> weights, String text) {
    return GraphConstants.map(
        GraphText.parse(text), (v, t) -> v.name().startsWith("b") ? t : weights.apply(t));
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
      for (UnaryOperator<Tensor> weights : WEIGHTS) {
        Graph graph =
            Pipelines.of(target).run(with(weights, text), new PassContext(new DiagnosticSink()));
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
        KernelPlanner.plan(with(WEIGHTS.get(0), text), Target.PORTABLE.withCodedWeights(true));
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
