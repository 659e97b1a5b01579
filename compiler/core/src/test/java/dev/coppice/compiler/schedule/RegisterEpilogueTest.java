package dev.coppice.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterEpilogueTest {
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
}
