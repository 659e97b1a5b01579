package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.Pipelines;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Runs a graph in every stage of its compilation and requires equal results of all. */
public final class Stages {
  private Stages() {}

  /**
   * The results of {@code graph} for each of {@code inputs}: interpreted, and the same streamlined,
   * lowered and compiled for every backend.
   */
  public static List<List<Tensor>> run(Graph graph, List<List<Tensor>> inputs) {
    List<List<Tensor>> expected = new ArrayList<>();
    inputs.forEach(i -> expected.add(new ReferenceInterpreter(graph).run(i)));
    Graph streamlined = Pipelines.streamline().run(graph, new PassContext(new DiagnosticSink()));
    for (int i = 0; i < inputs.size(); i++) {
      assertSame(
          expected.get(i), new ReferenceInterpreter(streamlined).run(inputs.get(i)), "streamlined");
    }
    for (Emitter emitter : Emitters.all()) {
      Graph suited =
          Pipelines.of(emitter.target()).run(graph, new PassContext(new DiagnosticSink()));
      KernelPlan plan = KernelPlanner.plan(suited, emitter.target());
      CompiledPlan compiled = CompiledPlan.of(plan, emitter);
      for (int i = 0; i < inputs.size(); i++) {
        assertSame(
            expected.get(i),
            PlanInterpreter.run(plan, MemoryPlanner.plan(plan), inputs.get(i)),
            "lowered");
        assertSame(expected.get(i), compiled.run(inputs.get(i)), emitter.name());
      }
    }
    return expected;
  }

  private static void assertSame(List<Tensor> expected, List<Tensor> actual, String stage) {
    assertEquals(expected.size(), actual.size(), stage);
    for (int j = 0; j < expected.size(); j++) {
      Tensor e = expected.get(j);
      assertEquals(e.type(), actual.get(j).type(), stage);
      for (int i = 0; i < e.size(); i++) {
        double slack = 1e-5 * Math.max(1, Math.abs(e.doubleAt(i)));
        assertEquals(
            e.doubleAt(i),
            actual.get(j).doubleAt(i),
            slack,
            stage + " output " + j + "[" + i + "]");
      }
    }
  }
}
