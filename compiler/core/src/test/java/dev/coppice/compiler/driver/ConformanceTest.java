package dev.coppice.compiler.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.conformance.CaseResult;
import dev.coppice.compiler.driver.conformance.ConformanceCase;
import dev.coppice.compiler.driver.conformance.ConformanceRun;
import dev.coppice.compiler.driver.conformance.ImportedCase;
import dev.coppice.compiler.driver.conformance.OutputComparison;
import dev.coppice.compiler.driver.conformance.Verdict;
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
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.ManyThreads;
import dev.coppice.compiler.testing.Refusals;
import dev.coppice.compiler.testing.Shared;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The ONNX backend test data: the cases in {@code conformance/refused.txt} are refused as it says,
 * all others pass. A fixed sample is run by default, everything with {@code
 * -Dcoppice.conformance=full}; {@code -Dgolden.update=true} runs everything and writes the list.
 */
final class ConformanceTest {
  /** Has no divisor in common with the number of variants that operators have. */
  private static final int SAMPLE = 7;

  private static final int BATCH = 60;

  private final Emitter emitter = Emitters.all().get(0);

  private static List<ConformanceCase> cases() {
    Assumptions.assumeTrue(Shared.onnxBackend().isPresent(), "skipped: no ONNX backend test data");
    List<ConformanceCase> all = ConformanceCase.below(Shared.onnxBackend().orElseThrow());
    if (Refusals.updating() || "full".equals(System.getProperty("coppice.conformance"))) {
      return all;
    }
    return IntStream.range(0, all.size()).filter(i -> i % SAMPLE == 0).mapToObj(all::get).toList();
  }

  @Test
  void exactlyTheListedCasesAreRefusedAndTheOthersPass() {
    List<ConformanceCase> cases = cases();
    List<CaseResult> results = new ConformanceRun(emitter.name(), 2, r -> {}).run(cases);
    List<String> bad =
        results.stream()
            .filter(r -> r.verdict() == Verdict.WRONG || r.verdict() == Verdict.CRASHED)
            .map(r -> r.verdict() + " " + r.testCase().id() + ": " + r.detail())
            .toList();
    if (Refusals.updating()) {
      Refusals.write(results);
    }
    assertEquals("", String.join("\n", bad));
    assertEquals(Refusals.listed(cases), Refusals.found(results));
  }

  @Test
  void everyStageOfTheCompilerGivesTheExpectedOutputs() {
    List<ImportedCase> batch = new ArrayList<>();
    List<KernelPlan> plans = new ArrayList<>();
    int compared = 0;
    for (ConformanceCase c : cases()) {
      // Whole networks take minutes interpreted; ClassicNetworksTest compiles them.
      for (ImportedCase one : c.folder().equals("light") ? List.<ImportedCase>of() : imported(c)) {
        batch.add(one);
        plans.add(plan(one));
        compared++;
      }
      if (batch.size() >= BATCH) {
        compile(batch, plans);
      }
    }
    compile(batch, plans);
    assertTrue(compared > 0);
  }

  private static List<ImportedCase> imported(ConformanceCase c) {
    try {
      return ImportedCase.of(c);
    } catch (CompileException e) {
      return List.of();
    }
  }

  private KernelPlan plan(ImportedCase c) {
    try {
      Graph graph = c.model().graph();
      agree(c, new ReferenceInterpreter(graph).run(c.inputs()), "interpreted");
      Graph small =
          Pipelines.of(emitter.target()).run(graph, new PassContext(new DiagnosticSink()));
      agree(c, new ReferenceInterpreter(small).run(c.inputs()), "streamlined");
      KernelPlan plan = KernelPlanner.plan(small, emitter.target());
      List<Tensor> lowered = PlanInterpreter.run(plan, MemoryPlanner.plan(plan), c.inputs());
      agree(c, lowered, "lowered");
      KernelPlan parts = ManyThreads.plan(small, emitter.target(), 3);
      ManyThreads.assertSameBits(
          lowered,
          PlanInterpreter.run(parts, MemoryPlanner.plan(parts), c.inputs()),
          c.testCase().id() + " in parts");
      return plan;
    } catch (RuntimeException e) {
      throw new AssertionError(c.testCase().id(), e);
    }
  }

  private void compile(List<ImportedCase> batch, List<KernelPlan> plans) {
    List<CompiledPlan> compiled = plans.isEmpty() ? List.of() : CompiledPlan.of(plans, emitter);
    for (int i = 0; i < compiled.size(); i++) {
      agree(batch.get(i), compiled.get(i).run(batch.get(i).inputs()), "compiled");
    }
    batch.clear();
    plans.clear();
  }

  private static void agree(ImportedCase c, List<Tensor> actual, String stage) {
    assertEquals(
        "",
        OutputComparison.of(c.model().graph())
            .difference(c.expected(), c.model().outputs(), actual)
            .orElse(""),
        c.testCase().id() + " " + stage);
  }
}
