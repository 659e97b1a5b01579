package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.OpContract;
import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real models keep their reference outputs through import and passes, interpreted. */
class SharedModelsTest {
  private static final Tolerance CLOSE = new Tolerance(1e-3, 1e-5);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bnn-mnist-tfc-1w1a-qonnx",
        "bnn-mnist-tfc-1w1a-standard-ops",
        "cifar10-resnet20",
        "mlperf-tiny-ad01-autoencoder",
        "mlperf-tiny-ic01-resnet8",
        "mlperf-tiny-kws01-dscnn",
        "mlperf-tiny-vww01-mobilenetv1",
        "mnist-8",
        "mnist-cnn-pytorch",
        "mnist-conv-bn"
      })
  void keepsItsReferenceOutputs(String name) {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "no folder of shared models");
    Path file = Shared.folder().orElseThrow().resolve("models").resolve(name).resolve("model.onnx");
    Graph imported = Shared.model(file);
    Graph streamlined = Pipelines.streamline().run(imported, new PassContext(new DiagnosticSink()));
    for (Path set : Shared.testSets(file)) {
      List<Tensor> inputs = Shared.tensors(set, "input");
      List<Tensor> expected = Shared.tensors(set, "output");
      agree(expected, new ReferenceInterpreter(imported).run(inputs), name + " imported");
      agree(expected, new ReferenceInterpreter(streamlined).run(inputs), name + " streamlined");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bnn-mnist-tfc-1w1a-qonnx",
        "bnn-mnist-tfc-1w1a-standard-ops",
        "cifar10-resnet20",
        "cifar10-resnet56",
        "imagenet-googlenet",
        "imagenet-squeezenet1.1",
        "mlperf-tiny-ad01-autoencoder",
        "mlperf-tiny-ic01-resnet8",
        "mlperf-tiny-kws01-dscnn",
        "mlperf-tiny-vww01-mobilenetv1",
        "mnist-8",
        "mnist-cnn-pytorch",
        "mnist-conv-bn",
        "super-resolution-10",
        "yunet-n-face-320"
      })
  void compiledClassKeepsTheReferenceOutputs(String name) {
    Assumptions.assumeTrue(Shared.folder().isPresent(), "no folder of shared models");
    Path file = Shared.folder().orElseThrow().resolve("models").resolve(name).resolve("model.onnx");
    for (Emitter emitter : Emitters.all()) {
      Graph graph =
          Pipelines.of(emitter.target())
              .run(Shared.model(file), new PassContext(new DiagnosticSink()));
      KernelPlan plan = KernelPlanner.plan(graph, emitter.target());
      MemoryPlan memory = MemoryPlanner.plan(plan);
      assertTrue(
          memory.arenaBytes() <= 1.15 * memory.lowerBoundBytes(),
          memory.arenaBytes() + " bytes of arena for " + memory.lowerBoundBytes());
      CompiledPlan compiled =
          CompiledPlan.of(plan, memory, emitter, EmitOptions.of("models", "Model"));
      assertTrue(compiled.longestMethod() <= 8000, "longest method " + compiled.longestMethod());
      for (Path set : Shared.testSets(file)) {
        agree(
            Shared.tensors(set, "output"),
            compiled.run(Shared.tensors(set, "input")),
            name + " " + emitter.name());
      }
    }
  }

  private static void agree(List<Tensor> expected, List<Tensor> actual, String what) {
    for (int j = 0; j < expected.size(); j++) {
      OpContract.assertClose(expected.get(j), actual.get(j), CLOSE, what + " output " + j);
    }
  }
}
