package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.ManyThreads;
import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models compute the same bits with any number of threads. */
class SharedThreadsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "imagenet-shufflenetv2-int8",
        "imagenet-squeezenet1.1",
        "mlperf-tiny-ic01-resnet8",
        "mlperf-tiny-kws01-dscnn",
        "mlperf-tiny-vww01-mobilenetv1",
        "yunet-n-face-320"
      })
  void keepsItsBits(String name) {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "no folder of shared models");
    Path file = Shared.folder().orElseThrow().resolve("models").resolve(name).resolve("model.onnx");
    Graph graph =
        Pipelines.streamline().run(Shared.model(file), new PassContext(new DiagnosticSink()));
    List<Tensor> inputs = SeededInputs.of(graph, 1);
    for (Emitter emitter : Emitters.all()) {
      List<KernelPlan> plans =
          List.of(
              KernelPlanner.plan(graph, emitter.target()),
              ManyThreads.plan(graph, emitter.target(), 2),
              ManyThreads.plan(graph, emitter.target(), 5));
      assertTrue(plans.get(1).hasParts());
      List<CompiledPlan> compiled = CompiledPlan.of(plans, emitter);
      List<Tensor> expected = compiled.get(0).run(inputs);
      for (int i = 1; i < plans.size(); i++) {
        String what = emitter.name() + ", " + plans.get(i).threads() + " threads";
        ManyThreads.assertSameBits(expected, compiled.get(i).run(inputs), what);
        ManyThreads.assertSameBits(expected, compiled.get(i).run(inputs), what + ", again");
      }
    }
  }
}
