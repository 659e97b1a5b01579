package dev.coppice.compiler.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.emit.Emitter;
import dev.coppice.compiler.emit.Emitters;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.lowering.KernelPlanner;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.CompiledPlan;
import dev.coppice.compiler.testing.GraphText;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Convolutions and matrix products of random sizes compute what the interpreter does, on every run.
 * {@code -Dcoppice.randomGeometries=1500 -Dcoppice.firstRandomGeometry=3} tries so many, of that
 * seed.
 */
final class RandomGeometryTest {
  private static final int GRAPHS = Integer.getInteger("coppice.randomGeometries", 80);
  private static final long SEED = Long.getLong("coppice.firstRandomGeometry", 0);

  /** Error of float sums of up to two thousand products, as a part of the largest result. */
  private static final double TOLERANCE = 2e-5;

  /** Graphs that go through one run of javac. */
  private static final int BATCH = 40;

  static List<Emitter> emitters() {
    return Emitters.all();
  }

  @ParameterizedTest
  @MethodSource("emitters")
  void computesWhatTheInterpreterDoes(Emitter emitter) {
    RandomGeometry geometries = new RandomGeometry(SEED);
    List<String> differences = new ArrayList<>();
    int inRegisters = 0;
    for (int from = 0; from < GRAPHS; from += BATCH) {
      List<String> texts = new ArrayList<>();
      while (texts.size() < Math.min(BATCH, GRAPHS - from)) {
        texts.add(geometries.next());
      }
      List<Graph> graphs = texts.stream().map(GraphText::parse).toList();
      List<CompiledPlan> compiled =
          CompiledPlan.of(
              graphs.stream().map(g -> KernelPlanner.plan(g, emitter.target())).toList(), emitter);
      for (int i = 0; i < graphs.size(); i++) {
        inRegisters += usesRegisters(compiled.get(i)) ? 1 : 0;
        String difference = difference(graphs.get(i), compiled.get(i), from + i);
        if (!difference.isEmpty()) {
          differences.add(difference + "\n" + texts.get(i));
        }
      }
    }
    assertEquals("", String.join("\n", differences));
    if (emitter.target().vectorApi()) {
      assertTrue(2 * inRegisters > GRAPHS, inRegisters + " of " + GRAPHS + " use registers");
    }
  }

  private static boolean usesRegisters(CompiledPlan compiled) {
    return compiled.model().sources().stream()
        .anyMatch(s -> s.className().contains("_K") && s.text().contains(".fma("));
  }

  /** Two runs, because scratch is filled in the first; empty if both are right. */
  private static String difference(Graph graph, CompiledPlan compiled, long seed) {
    List<Tensor> inputs = SeededInputs.of(graph, seed);
    Tensor expected = new ReferenceInterpreter(graph).run(inputs).get(0);
    double largest = Double.MIN_NORMAL;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.doubleAt(i)));
    }
    for (int run = 0; run < 2; run++) {
      Tensor actual;
      try {
        actual = compiled.run(inputs).get(0);
      } catch (RuntimeException e) {
        return e.toString();
      }
      for (int i = 0; i < expected.size(); i++) {
        double off = Math.abs(expected.doubleAt(i) - actual.doubleAt(i)) / largest;
        if (!(off < TOLERANCE)) {
          return "[%d] is %s, expected %s".formatted(i, actual.doubleAt(i), expected.doubleAt(i));
        }
      }
    }
    return "";
  }
}
