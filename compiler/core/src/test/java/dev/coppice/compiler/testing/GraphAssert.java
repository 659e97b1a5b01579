package dev.coppice.compiler.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.TextPrinter;
import dev.coppice.compiler.pass.Pass;
import dev.coppice.compiler.pass.PassContext;
import dev.coppice.compiler.pass.PassPipeline;
import dev.coppice.compiler.pass.RewritePass;
import dev.coppice.compiler.pass.RewriteRule;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.Tolerance;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Assertions about graphs and passes, on the text form. */
public final class GraphAssert {
  private static final int TRIALS = 4;

  private GraphAssert() {}

  /**
   * Asserts that {@code rule}, applied until it no longer matches, turns {@code before} into {@code
   * expected}, and that both compute the same on seeded inputs.
   */
  public static void rewrites(RewriteRule<?> rule, String before, String expected) {
    rewrites(new RewritePass("under-test", rule), before, expected);
  }

  /**
   * Asserts that {@code pass} turns {@code before} into {@code expected}, and that both compute the
   * same on seeded inputs.
   */
  public static void rewrites(Pass pass, String before, String expected) {
    Graph graph = GraphText.parse(before);
    Graph after = run(pass, graph);
    assertMatches(expected, after);
    assertEquivalent(pass, graph, after);
  }

  /** Asserts that {@code rule} leaves {@code before} alone. */
  public static void leaves(RewriteRule<?> rule, String before) {
    leaves(new RewritePass("under-test", rule), before);
  }

  /** Asserts that {@code pass} leaves {@code before} alone. */
  public static void leaves(Pass pass, String before) {
    Graph graph = GraphText.parse(before);
    assertEquals(TextPrinter.print(graph), TextPrinter.print(run(pass, graph)));
  }

  /**
   * Asserts that {@code actual} has the structure of {@code expected}: operators with attributes,
   * edges, inputs and outputs in order. Names of nodes and inner values do not count. A constant is
   * compared with its data where {@code expected} gives data, else by type.
   */
  public static void assertMatches(String expected, Graph actual) {
    Set<String> unspecified = new HashSet<>();
    Graph wanted = GraphText.parse(expected, unspecified);
    CanonicalText want = CanonicalText.of(wanted);
    CanonicalText got = CanonicalText.of(actual);
    assertEquals(want.text(), got.text(), () -> TextPrinter.print(actual));
    for (int i = 0; i < want.constants().size(); i++) {
      String name = want.constants().get(i).name();
      if (!unspecified.contains(name)) {
        assertClose(
            "constant " + name,
            wanted.constant(want.constants().get(i)).orElseThrow(),
            actual.constant(got.constants().get(i)).orElseThrow());
      }
    }
  }

  /**
   * Asserts that both graphs compute the same on seeded inputs, as closely as {@code pass}
   * promises.
   */
  public static void assertEquivalent(Pass pass, Graph before, Graph after) {
    for (int trial = 0; trial < TRIALS; trial++) {
      List<Tensor> inputs = SeededInputs.of(before, trial);
      List<Tensor> expected = new ReferenceInterpreter(before).run(inputs);
      List<Tensor> actual = new ReferenceInterpreter(after).run(inputs);
      for (int i = 0; i < expected.size(); i++) {
        assertTrue(
            pass.equivalence().accepts(expected.get(i), actual.get(i)),
            "results differ: " + expected.get(i) + " before, " + actual.get(i) + " after");
      }
    }
  }

  private static Graph run(Pass pass, Graph graph) {
    return new PassPipeline(List.of(pass)).run(graph, new PassContext(new DiagnosticSink()));
  }

  private static void assertClose(String what, Tensor expected, Tensor actual) {
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(
          Tolerance.CLOSE.accepts(expected.doubleAt(i), actual.doubleAt(i)),
          what + ": expected " + expected + ", got " + actual);
    }
  }
}
