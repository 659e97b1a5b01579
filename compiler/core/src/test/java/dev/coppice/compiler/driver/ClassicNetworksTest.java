package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.emit.EmitOptions;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.onnx.wire.TensorFile;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.OpContract;
import dev.coppice.compiler.testing.Shared;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The nine networks of the ONNX backend test data, compiled, give the outputs beside them. */
final class ClassicNetworksTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bvlc_alexnet",
        "densenet121",
        "inception_v1",
        "inception_v2",
        "resnet50",
        "shufflenet",
        "squeezenet",
        "vgg19",
        "zfnet512"
      })
  void compiledClassGivesTheExpectedOutput(String name) {
    Assumptions.assumeTrue(Shared.onnxBackend().isPresent(), "no ONNX backend test data");
    Path light = Shared.onnxBackend().orElseThrow().resolve("light");
    Graph imported = Shared.model(light.resolve("light_" + name + ".onnx"));
    for (Emitter emitter : Emitters.all()) {
      Graph graph =
          Pipelines.of(emitter.target()).run(imported, new PassContext(new DiagnosticSink()));
      KernelPlan plan = KernelPlanner.plan(graph, emitter.target());
      MemoryPlan memory = MemoryPlanner.plan(plan);
      assertTrue(memory.arenaBytes() <= 1.15 * memory.lowerBoundBytes());
      CompiledPlan compiled =
          CompiledPlan.of(plan, memory, emitter, EmitOptions.of("models", "Model"));
      assertTrue(compiled.longestMethod() <= 8000, "longest method " + compiled.longestMethod());
      OpContract.assertClose(
          TensorFile.load(light.resolve("light_" + name + "_output_0.pb")),
          compiled.run(List.of(ramp(graph.inputs().get(0).type()))).get(0),
          new Tolerance(1e-3, 1e-5),
          name + " " + emitter.name());
    }
  }

  /** {@code 0/n, 1/n, ... (n-1)/n}. */
  private static Tensor ramp(TensorType type) {
    double n = type.shape().size();
    return Tensor.fromDoubles(type, i -> i / n);
  }
}
