package dev.coppice.compiler.pass;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.interp.SeededInputs;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphVerifier;
import dev.coppice.compiler.ir.TextPrinter;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Locale;

/**
 * Runs passes in order. After each pass that changed the graph: verifies it, compares its results
 * with those before if the context asks for that, and dumps its text if the context asks for that.
 */
public final class PassPipeline {
  private final List<Pass> passes;

  /** A pipeline of {@code passes}. */
  public PassPipeline(List<Pass> passes) {
    this.passes = List.copyOf(passes);
  }

  /** The passes in order. */
  public List<Pass> passes() {
    return passes;
  }

  /**
   * The graph after all passes.
   *
   * @throws IllegalStateException "compiler bug in pass ..." if a pass fails, breaks the graph or
   *     changes what it computes
   */
  public Graph run(Graph graph, PassContext context) {
    GraphVerifier.verify(graph);
    Graph current = graph;
    for (Pass pass : passes) {
      if (!context.mayPatch()) {
        return current;
      }
      Graph next = run(pass, current, context);
      if (next != current) {
        verify(pass, next);
        checkNumerics(pass, current, next, context);
        context.dump().ifPresent(d -> d.accept(pass.name(), TextPrinter.print(next)));
      }
      current = next;
    }
    return current;
  }

  private static Graph run(Pass pass, Graph graph, PassContext context) {
    try {
      return pass.run(graph, context);
    } catch (CompileException e) {
      throw e;
    } catch (RuntimeException e) {
      String message = String.valueOf(e.getMessage());
      if (message.startsWith("compiler bug in pass")) {
        throw e;
      }
      throw new IllegalStateException(
          String.format(Locale.ROOT, "compiler bug in pass '%s': %s", pass.name(), message), e);
    }
  }

  private static void verify(Pass pass, Graph graph) {
    for (GraphVerifier.Violation v : GraphVerifier.violations(graph)) {
      throw PassBug.inPass(pass.name(), v + "\n" + TextPrinter.print(graph));
    }
  }

  private static void checkNumerics(Pass pass, Graph before, Graph after, PassContext context) {
    if (context.numericsSeed().isEmpty()) {
      return;
    }
    List<Tensor> inputs = SeededInputs.of(before, context.numericsSeed().getAsLong());
    List<Tensor> expected = new ReferenceInterpreter(before).run(inputs);
    List<Tensor> actual = new ReferenceInterpreter(after).run(inputs);
    for (int i = 0; i < expected.size(); i++) {
      if (!pass.equivalence().accepts(expected.get(i), actual.get(i))) {
        throw PassBug.inPass(
            pass.name(),
            String.format(
                Locale.ROOT,
                "output '%s' is not %s: %s before, %s after",
                before.outputs().get(i).name(),
                pass.equivalence(),
                difference(expected.get(i), actual.get(i)),
                difference(actual.get(i), expected.get(i))));
      }
    }
  }

  /** The element of {@code a} that differs most from {@code b}, with its index. */
  private static String difference(Tensor a, Tensor b) {
    int worst = 0;
    double most = -1;
    for (int i = 0; i < a.size(); i++) {
      double d = Math.abs(a.doubleAt(i) - b.doubleAt(i));
      if (d > most) {
        most = d;
        worst = i;
      }
    }
    return a.size() == 0 ? "nothing" : a.doubleAt(worst) + " at " + worst;
  }
}
