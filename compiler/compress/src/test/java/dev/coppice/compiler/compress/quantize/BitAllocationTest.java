package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitAllocationTest {
  private static final Examples EXAMPLES = SmallNetwork.examples(20, 1);

  @Test
  void moreBytesCostLessError() {
    double before = Double.POSITIVE_INFINITY;
    for (int bytes : new int[] {200, 300, 500, 700}) {
      Session session = run("max-bytes: " + bytes);
      double error = error(session);
      assertTrue(error < before, bytes + " bytes: " + error + " after " + before);
      before = error;
      assertEquals(4, session.findings().sensitivities().size());
      assertEquals("int4", session.findings().sensitivities().get(0).amount());
    }
  }

  /** Types differ where a budget is between two of them. */
  @Test
  void sensitiveLayersGetMoreBits() {
    List<String> types =
        run("max-bytes: 350").findings().decisions().stream()
            .map(d -> d.what().replaceAll(",.*", ""))
            .distinct()
            .toList();
    assertTrue(types.size() > 1, types.toString());
  }

  @Test
  void anErrorThatIsAllowedIsHeldWithFewBits() {
    Session session = run("max-drop: 0.05");
    assertTrue(error(session) <= 0.05, "error " + error(session));
    String bytes = session.findings().decisions().get(0).what();
    assertTrue(Integer.parseInt(bytes.replaceAll(" .*", "")) < 500, bytes);
  }

  @Test
  void aBudgetBelowTwoBitsIsRefused() {
    CompileException e = assertThrows(CompileException.class, () -> run("max-bytes: 50"));
    assertEquals(DiagnosticCode.RECIPE_INVALID, e.diagnostics().get(0).code());
    assertTrue(e.getMessage().contains("'max-bytes' is 50"), e.getMessage());
  }

  @Test
  void aBudgetIsForAutomaticTypesAlone() {
    Recipes.assertProblem(
        "quantize-weights, type: int8, max-bytes: 100", "'auto' needs 'max-bytes' or 'max-drop'");
  }

  /** What a Gemm multiplies its product with is as if its weights were larger. */
  @Test
  void factorsOfProductsChangeNothing() {
    for (int bytes : new int[] {150, 200, 250}) {
      Session plain = run(products(1), examples(), "max-bytes: " + bytes);
      Session scaled = run(products(0.25f), examples(), "max-bytes: " + bytes);
      assertEquals(types(plain), types(scaled));
      for (String w : plain.graph().constants()) {
        Tensor integers = plain.graph().constant(w).orElseThrow();
        if (!integers.dtype().isFloat()) {
          assertEquals(integers, scaled.graph().constant(w).orElseThrow(), w);
        }
      }
    }
  }

  private static List<String> types(Session session) {
    return session.findings().decisions().stream().map(d -> d.layer() + ": " + d.what()).toList();
  }

  /** Two of them, the first by {@code alpha} and weights that make up for it. */
  private static OnnxGraph products(float alpha) {
    Tensor w = SmallNetwork.random(new Random(3), 1, 6, 16);
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 6)
            .initializer("w", Tensor.fromDoubles(w.type(), i -> w.doubleAt(i) / alpha))
            .initializer("v", SmallNetwork.random(new Random(4), 1, 16, 4))
            .output("y", DType.FLOAT32, 1, 4)
            .node("one", "h = Gemm(x, w)", OnnxModels.attribute("alpha", alpha))
            .node("two", "y = Gemm(h, v)")
            .model(21),
        ImportOptions.of("two.onnx"));
  }

  private static Examples examples() {
    return Examples.of(
        new Random(8)
            .ints(20)
            .mapToObj(seed -> List.of(SmallNetwork.random(new Random(seed), 1, 1, 6)))
            .toList(),
        List.of());
  }

  private static Session run(String limit) {
    return run(SmallNetwork.of(21), EXAMPLES, limit);
  }

  private static Session run(OnnxGraph graph, Examples examples, String limit) {
    return Recipes.run(
        graph,
        Optional.of(examples),
        """
        metric: relative-error
        steps:
          - method: quantize-weights
            type: auto
            rounding: reconstruct
            %s
        """
            .formatted(limit));
  }

  private static double error(Session session) {
    double sum = 0;
    for (int e = 0; e < EXAMPLES.count(); e++) {
      Tensor before = Interpreted.run(session.original(), EXAMPLES.inputs(e)).get(0);
      Tensor after = Interpreted.run(session.graph(), EXAMPLES.inputs(e)).get(0);
      assertEquals(Metric.Kind.RELATIVE_ERROR, session.settings().metric().kind());
      sum += RelativeError.of(before, after);
    }
    return sum / EXAMPLES.count();
  }
}
