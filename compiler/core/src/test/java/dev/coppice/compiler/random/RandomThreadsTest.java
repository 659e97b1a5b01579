package dev.coppice.compiler.random;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.driver.CompileRequest;
import dev.coppice.compiler.driver.ModelCompiler;
import dev.coppice.compiler.driver.ModelSource;
import dev.coppice.compiler.driver.Pipelines;
import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlan;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import dev.coppice.compiler.testing.ManyThreads;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random geometries and random models compute the same bits with any number of threads, on every
 * run. {@code -Dcoppice.randomThreads=1000 -Dcoppice.firstRandomThreads=3} tries so many of each,
 * from that seed on.
 */
final class RandomThreadsTest {
  private static final int GRAPHS = Integer.getInteger("coppice.randomThreads", 40);
  private static final long SEED = Long.getLong("coppice.firstRandomThreads", 0);

  /** Graphs that go through one run of javac. */
  private static final int BATCH = 20;

  private static final int RUNS = 3;
  private static final List<Integer> THREADS = List.of(2, 3, 5);

  static List<Emitter> emitters() {
    return Emitters.all();
  }

  @ParameterizedTest
  @MethodSource("emitters")
  void geometriesKeepTheirBits(Emitter emitter) {
    RandomGeometry geometries = new RandomGeometry(1000 + SEED);
    List<Graph> graphs = new ArrayList<>();
    for (int i = 0; i < GRAPHS; i++) {
      graphs.add(GraphText.parse(geometries.next()));
    }
    // Nearly all are cut: those of one place or a single row are not.
    assertTrue(check(graphs, emitter) > 0.7 * GRAPHS * THREADS.size());
  }

  @ParameterizedTest
  @MethodSource("emitters")
  void modelsKeepTheirBits(Emitter emitter) {
    List<Graph> graphs = new ArrayList<>();
    for (long seed = SEED; seed < SEED + GRAPHS; seed++) {
      RandomModel model = RandomModel.of(seed);
      CompileRequest request =
          CompileRequest.of(ModelSource.bytes("random", new byte[0]), "random.Model");
      Graph imported = ModelCompiler.load(request, model.proto()).graph();
      graphs.add(Pipelines.streamline().run(imported, new PassContext(new DiagnosticSink())));
    }
    assertTrue(check(graphs, emitter) > 0.7 * GRAPHS * THREADS.size());
  }

  /** Compares the outputs; returns how many plans have parts. */
  private static int check(List<Graph> graphs, Emitter emitter) {
    int inParts = 0;
    for (int from = 0; from < graphs.size(); from += BATCH) {
      List<Graph> batch = graphs.subList(from, Math.min(graphs.size(), from + BATCH));
      List<KernelPlan> plans = new ArrayList<>();
      for (Graph g : batch) {
        plans.add(KernelPlanner.plan(g, emitter.target()));
        THREADS.forEach(n -> plans.add(ManyThreads.plan(g, emitter.target(), n)));
      }
      List<CompiledPlan> compiled = CompiledPlan.of(plans, emitter);
      inParts += (int) plans.stream().filter(KernelPlan::hasParts).count();
      for (int i = 0; i < batch.size(); i++) {
        int first = i * (THREADS.size() + 1);
        compare(batch.get(i), from + i, compiled.subList(first, first + THREADS.size() + 1));
      }
    }
    return inParts;
  }

  private static void compare(Graph graph, int seed, List<CompiledPlan> compiled) {
    List<Tensor> inputs = SeededInputs.of(graph, seed);
    List<Tensor> expected = compiled.get(0).run(inputs);
    for (int i = 0; i < THREADS.size(); i++) {
      for (int run = 0; run < RUNS; run++) {
        ManyThreads.assertSameBits(
            expected,
            compiled.get(i + 1).run(inputs),
            "seed " + seed + ", " + THREADS.get(i) + " threads, run " + run + ":\n" + graph);
      }
    }
  }
}
