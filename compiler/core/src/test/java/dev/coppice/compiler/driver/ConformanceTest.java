package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.lowering.MemoryPlan;
import dev.coppice.compiler.lowering.MemoryPlanner;
import dev.coppice.compiler.lowering.PlanInterpreter;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.ConformanceVectors;
import dev.coppice.compiler.testing.ConformanceVectors.Vector;
import dev.coppice.compiler.testing.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The operator cases of the ONNX backend test data: those in {@code conformance/node-tests.txt}
 * pass interpreted, lowered and compiled, and the others are refused with diagnostics.
 */
final class ConformanceTest {
  private static final int BATCH = 100;

  private final Emitter emitter = Emitters.all().get(0);
  private final Set<String> passed = new TreeSet<>();
  private final List<Vector> vectors = new ArrayList<>();
  private final List<KernelPlan> plans = new ArrayList<>();

  @Test
  void exactlyTheListedCasesPass() throws IOException {
    Assumptions.assumeTrue(Shared.onnxBackend().isPresent(), "no ONNX backend test data");
    Path folder = Shared.onnxBackend().orElseThrow().resolve("node");
    for (String name : ConformanceVectors.names(folder)) {
      ConformanceVectors.load(folder, name).ifPresent(this::plan);
      if (plans.size() == BATCH) {
        compile();
      }
    }
    compile();
    assertEquals(String.join("\n", listed()), String.join("\n", passed));
  }

  private void plan(Vector vector) {
    try {
      agree(vector, new ReferenceInterpreter(vector.graph()).run(vector.inputs()), "interpreted");
      Graph graph =
          Pipelines.streamline().run(vector.graph(), new PassContext(new DiagnosticSink()));
      agree(vector, new ReferenceInterpreter(graph).run(vector.inputs()), "streamlined");
      KernelPlan plan = KernelPlanner.plan(graph, emitter.target());
      MemoryPlan memory = MemoryPlanner.plan(plan);
      agree(vector, PlanInterpreter.run(plan, memory, vector.inputs()), "lowered");
      vectors.add(vector);
      plans.add(plan);
    } catch (RuntimeException e) {
      throw new AssertionError(vector.name(), e);
    }
  }

  private void compile() {
    List<CompiledPlan> compiled = plans.isEmpty() ? List.of() : CompiledPlan.of(plans, emitter);
    for (int i = 0; i < compiled.size(); i++) {
      Vector vector = vectors.get(i);
      agree(vector, compiled.get(i).run(vector.inputs()), "compiled");
      passed.add(vector.name());
    }
    vectors.clear();
    plans.clear();
  }

  private static void agree(Vector vector, List<Tensor> actual, String stage) {
    for (int j = 0; j < vector.expected().size(); j++) {
      Tensor expected = vector.expected().get(j);
      Tensor found = actual.get(j);
      String what = vector.name() + " " + stage + ", output " + j;
      assertEquals(expected.type(), found.type(), what);
      Tolerance tolerance = tolerance(expected.dtype());
      for (int i = 0; i < expected.size(); i++) {
        if (!tolerance.accepts(expected.doubleAt(i), found.doubleAt(i))) {
          throw new AssertionError(
              what + "[" + i + "]: " + found.doubleAt(i) + ", expected " + expected.doubleAt(i));
        }
      }
    }
  }

  /** Half floats were computed in half precision by the reference, step by step. */
  private static Tolerance tolerance(DType dtype) {
    boolean half = dtype == DType.FLOAT16 || dtype == DType.BFLOAT16;
    return half ? new Tolerance(1e-2, 1e-2) : new Tolerance(1e-3, 1e-5);
  }

  private static Set<String> listed() throws IOException {
    try (InputStream in =
        ConformanceTest.class.getResourceAsStream("/conformance/node-tests.txt")) {
      assertNotNull(in, "conformance/node-tests.txt");
      Set<String> names = new TreeSet<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.startsWith("#"))
          .forEach(names::add);
      return names;
    }
  }
}
