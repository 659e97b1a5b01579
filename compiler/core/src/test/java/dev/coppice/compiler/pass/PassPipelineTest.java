package dev.coppice.compiler.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphPatch;
import dev.coppice.compiler.ir.Node;
import dev.coppice.compiler.op.Relu;
import dev.coppice.compiler.testing.GraphAssert;
import dev.coppice.compiler.testing.GraphText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PassPipelineTest {
  private static final Graph TWO =
      GraphText.parse(
          """
          graph g(x: f32[3]) -> (y) {
            t = Relu(x)
            y = Relu(t)
          }
          """);

  /** Drops every Relu: not what it promises. */
  private record DropRelu(Equivalence equivalence) implements RewriteRule<Relu> {
    @Override
    public Class<Relu> root() {
      return Relu.class;
    }

    @Override
    public Optional<GraphPatch> rewrite(Graph graph, Node node, Relu op) {
      return Optional.of(new GraphPatch(graph).replace(node.output(), node.input(0)));
    }
  }

  /** A rule that always fails with {@code error}. */
  private record Failing(RuntimeException error) implements RewriteRule<Relu> {
    @Override
    public Class<Relu> root() {
      return Relu.class;
    }

    @Override
    public Equivalence equivalence() {
      return Equivalence.EXACT;
    }

    @Override
    public Optional<GraphPatch> rewrite(Graph graph, Node node, Relu op) {
      throw error;
    }
  }

  /** Puts another Relu in front of every Relu. */
  private static final class Endless implements RewriteRule<Relu> {
    @Override
    public Class<Relu> root() {
      return Relu.class;
    }

    @Override
    public Equivalence equivalence() {
      return Equivalence.EXACT;
    }

    @Override
    public Optional<GraphPatch> rewrite(Graph graph, Node node, Relu op) {
      GraphPatch patch = new GraphPatch(graph);
      return Optional.of(
          patch.replace(node.output(), patch.inPlaceOf(node, new Relu(), node.input(0))));
    }
  }

  private static Graph run(PassContext context, Pass... passes) {
    return new PassPipeline(List.of(passes)).run(TWO, context);
  }

  private static PassContext context() {
    return new PassContext(new DiagnosticSink());
  }

  @Test
  void rewritesUntilNothingMatches() {
    Graph after = run(context(), new RewritePass("drop", new DropRelu(Equivalence.LOSSY)));
    GraphAssert.assertMatches("graph g(x: f32[3]) -> (y = x) {}", after);
  }

  @Test
  void namesFirstPassThatChangesResults() {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () ->
                run(
                    context().checkingNumerics(7),
                    new RewritePass("nothing"),
                    new RewritePass("drop", new DropRelu(Equivalence.REASSOCIATED))));
    assertTrue(
        e.getMessage()
            .startsWith("compiler bug in pass 'drop': output 'y' is not REASSOCIATED: 0.0 at "),
        e.getMessage());
  }

  @Test
  void lossyPassMayChangeResults() {
    Graph after =
        run(
            context().checkingNumerics(7),
            new RewritePass("drop", new DropRelu(Equivalence.LOSSY)));
    assertEquals(0, after.nodes().size());
  }

  @Test
  void stopsAfterSoManyPatches() {
    PassContext context = context().stoppingAfter(1);
    Graph after = run(context, new RewritePass("drop", new DropRelu(Equivalence.LOSSY)));
    assertEquals(1, after.nodes().size());
    assertEquals("drop at node 't'", context.lastPatch());
  }

  @Test
  void dumpsOnlyWhatChanged() {
    List<String> dumps = new ArrayList<>();
    run(
        context().dumpingTo((pass, text) -> dumps.add(pass + "\n" + text)),
        new RewritePass("nothing"),
        new RewritePass("drop", new DropRelu(Equivalence.LOSSY)));
    assertEquals(List.of("drop\ngraph g(x: f32[3]) -> (y = x) {\n}\n"), dumps);
  }

  @Test
  void bugNamesPassNodeAndText() {
    RuntimeException cause = new IllegalArgumentException("no such axis");
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> run(context(), new RewritePass("bad", new Failing(cause))));
    assertEquals(
        "compiler bug in pass 'bad' at node 't': no such axis\n  t = Relu(x)  # f32[3]",
        e.getMessage());
    assertSame(cause, e.getCause());
  }

  @Test
  void errorOfTheUserIsNotABug() {
    CompileException error =
        new CompileException(DiagnosticCode.OPTION_INVALID, SourceRef.NONE, "no");
    assertSame(
        error,
        assertThrows(
            CompileException.class,
            () -> run(context(), new RewritePass("p", new Failing(error)))));
  }

  @Test
  void endlessRewriteIsABug() {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> run(context(), new RewritePass("endless", new Endless())));
    assertTrue(
        e.getMessage().startsWith("compiler bug in pass 'endless': no fixpoint after 50 sweeps"),
        e.getMessage());
  }

  @Test
  void addedNodesSayWhichPassMadeThem() {
    Graph after = run(context().stoppingAfter(1), new RewritePass("endless", new Endless()));
    assertEquals(List.of("endless"), after.nodes().get(0).origin().passes());
  }
}
