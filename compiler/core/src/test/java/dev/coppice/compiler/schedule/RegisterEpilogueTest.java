package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterEpilogueTest {
  private static final Emitter VECTOR =
      Emitters.all().stream().filter(e -> e.target().vectorApi()).findFirst().orElseThrow();

  /** Winograd's, direct and depthwise sums, each with a residual and two limits. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "const w: f32[16,16,3,3]\n c = ChannelsLastConv(x, w) {strides=[1, 1], pads=[1, 1, 1, 1],"
            + " dilations=[1, 1], group=1}",
        "const w: f32[16,16,1,1]\n c = ChannelsLastConv(x, w) {strides=[1, 1], pads=[0, 0, 0, 0],"
            + " dilations=[1, 1], group=1}",
        "const w: f32[16,1,3,3]\n c = ChannelsLastConv(x, w) {strides=[1, 1], pads=[1, 1, 1, 1],"
            + " dilations=[1, 1], group=16}"
      })
  void severalLimitsAreOneAfterTheOther(String convolution) {
    Graph graph =
        GraphText.parse(
            "graph g(x: f32[1,12,12,16], z: f32[1,12,12,16]) -> (y) {\n"
                + convolution
                + "\n a = Add(c, z)\n r = Relu(a)\n const six: f32[1]\n y = Min(r, six)\n}\n");
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    List<Tensor> expected = new ReferenceInterpreter(graph).run(inputs);
    for (Emitter emitter : Emitters.all()) {
      CompiledPlan compiled = CompiledPlan.of(KernelPlanner.plan(graph, emitter.target()), emitter);
      Tensor actual = compiled.run(inputs).get(0);
      for (int i = 0; i < actual.size(); i++) {
        assertTrue(
            new Tolerance(1e-4, 1e-5).accepts(expected.get(0).doubleAt(i), actual.doubleAt(i)),
            emitter.name() + " at " + i);
      }
    }
  }

  /**
   * What is too much to be written for each register of a tile is a loop over its places, for
   * panels of one and of several registers, of a multiple of a register and of other channels.
   */
  @ParameterizedTest
  @ValueSource(ints = {16, 24, 40, 64})
  void aLongOneIsALoopOverPlaces(int channels) {
    Graph graph =
        GraphText.parse(
            """
            graph g(x: f32[1,9,13,%1$d], z: f32[1,9,13,%1$d]) -> (y) {
              const w: f32[%1$d,%1$d,3,3]
              const k: f32[1] = [0.75]
              c = ChannelsLastConv(x, w) {strides=[1, 1], pads=[2, 2, 2, 2], dilations=[2, 2], group=1}
              s = Add(c, z)
            %2$s  y = Relu(a5)
            }
            """
                .formatted(channels, much()));
    KernelPlan plan = KernelPlanner.plan(graph, VECTOR.target());
    String source =
        VECTOR
            .emit(plan, MemoryPlanner.plan(plan), EmitOptions.of("generated", "Model"))
            .sources()
            .stream()
            .map(s -> s.text())
            .collect(Collectors.joining());
    assertTrue(source.contains("for (int place = 0;"), source);
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    Tensor expected = new ReferenceInterpreter(graph).run(inputs).get(0);
    assertClose(expected, CompiledPlan.of(plan, VECTOR).run(inputs).get(0));
  }

  /** Places that are nearer than a register: what one stores beyond itself is the next one's. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 8})
  void aLongOneOfFewChannelsIsRight(int channels) {
    Graph graph =
        GraphText.parse(
            """
            graph g(x: f32[1,9,13,%1$d]) -> (y) {
              const w: f32[%1$d,%1$d,3,3]
              const k: f32[1] = [0.75]
              s = ChannelsLastConv(x, w) {strides=[1, 1], pads=[1, 1, 1, 1], dilations=[1, 1], group=1}
            %2$s  y = Relu(a5)
            }
            """
                .formatted(channels, much()));
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    Tensor expected = new ReferenceInterpreter(graph).run(inputs).get(0);
    KernelPlan plan = KernelPlanner.plan(graph, VECTOR.target());
    assertClose(expected, CompiledPlan.of(plan, VECTOR).run(inputs).get(0));
  }

  /** Operations from {@code s} to {@code a5}. */
  private static String much() {
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < 6; i++) {
      body.append(
          " m%1$d = Mul(%2$s, k)\n r%1$d = Relu(m%1$d)\n a%1$d = Add(r%1$d, k)\n"
              .formatted(i, i == 0 ? "s" : "a" + (i - 1)));
    }
    return body.toString();
  }

  private static void assertClose(Tensor expected, Tensor actual) {
    for (int i = 0; i < actual.size(); i++) {
      assertTrue(
          new Tolerance(1e-4, 1e-5).accepts(expected.doubleAt(i), actual.doubleAt(i)), "at " + i);
    }
  }
}
