package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.Operators;
import dev.coppice.compiler.compress.testing.Products;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the ranks of factors are found where the recipe does not name them. */
class RankChoiceTest {
  @Test
  void theSmallestRankThatKeepsTheEnergyIsTaken() {
    Tensor w = SmallNetwork.random(new Random(3), 1, 60, 80);
    for (double loss : new double[] {0.5, 0.8}) {
      Session session = Recipes.step(Products.of(w), "low-rank, energy-loss: " + loss);
      Unfolding rows = Unfolding.mode(w.shape(), 1);
      TruncatedSvd svd = TruncatedSvd.of(rows.matrix(w));
      int rank = svd.rankForEnergy(loss);
      String what = session.findings().decisions().get(0).what();
      double kept = 100 * (1 - Math.pow(svd.relativeError(rank), 2));
      assertEquals(
          String.format(Locale.ROOT, "svd of rank %d, %.2f %% of the energy kept", rank, kept),
          what);
      assertTrue(kept >= 100 * (1 - loss));
    }
  }

  @Test
  void variationalRanksAreThoseOfTheSignal() {
    Tensor signal = LowRankModels.planted(4, 60, 80);
    Tensor noise = SmallNetwork.random(new Random(8), 0.05, 60, 80);
    Tensor w = Tensor.fromDoubles(signal.type(), i -> signal.doubleAt(i) + noise.doubleAt(i));
    Session session = Recipes.step(Products.of(w), "low-rank, vbmf: true");
    assertTrue(session.findings().decisions().get(0).what().startsWith("svd of rank 4, "));
    Session weak =
        Recipes.step(Products.of(w), "low-rank, vbmf: true, weakening: 0.9, round-to: 8");
    assertTrue(weak.findings().decisions().get(0).what().startsWith("svd of rank 16, "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"macs", "parameters"})
  void budgetsAreMetByTheLeastLoss(String what) {
    OnnxGraph graph = DigitsNetwork.of(0).graph();
    String recipe = "steps: [{method: low-rank, %s: %s, layers: [fc1, fc2]}]";
    OnnxGraph half = Recipes.run(graph, recipe.formatted(what, 0.5)).graph();
    double left = (double) MultiplyAdds.of(half) / MultiplyAdds.of(graph);
    assertTrue(left <= 0.5 && left > 0.47, what + " " + left);
    CompileException e =
        assertThrows(
            CompileException.class, () -> Recipes.run(graph, recipe.formatted(what, 0.01)));
    assertEquals(DiagnosticCode.RECIPE_INVALID, e.diagnostics().get(0).code());
    assertTrue(e.getMessage().contains("factors of the lowest rank leave"), e.getMessage());
  }

  @Test
  void accuracyOnCalibrationDataLimitsTheRanks() {
    DigitsNetwork net = DigitsNetwork.of(0);
    OnnxGraph graph = net.graph();
    Optional<Examples> some = Optional.of(net.training().first(200));
    String recipe = "steps: [{method: low-rank, %s, exclude: [fc3]}]";
    OnnxGraph strict = Recipes.run(graph, some, recipe.formatted("max-drop: 0.5")).graph();
    OnnxGraph loose = Recipes.run(graph, some, recipe.formatted("max-drop: 20")).graph();
    assertTrue(MultiplyAdds.of(strict) < MultiplyAdds.of(graph));
    assertTrue(MultiplyAdds.of(loose) < MultiplyAdds.of(strict));
    assertTrue(net.accuracy(strict) > net.accuracy(graph) - 0.03);
    OnnxGraph close = Recipes.run(graph, some, recipe.formatted("max-error: 0.05")).graph();
    double error = 0;
    for (int i = 0; i < 200; i++) {
      List<Tensor> inputs = net.training().inputs(i);
      error += LowRankModels.relativeError(graph, close, inputs) / 200;
    }
    assertTrue(error <= 0.05 && error > 0.02, "relative error " + error);
  }

  @Test
  void accuracyNeedsLabels() {
    Optional<Examples> unlabelled = Optional.of(SmallNetwork.examples(3, 1));
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                Recipes.run(
                    SmallNetwork.of(13), unlabelled, "steps: [{method: low-rank, max-drop: 1}]"));
    assertTrue(e.getMessage().contains("'max-drop' needs labelled calibration data"));
  }

  @Test
  void fasterLayersAreMeasuredAndTaken() {
    OnnxGraph wide = Products.of(LowRankModels.planted(2, 512, 512));
    Session session = Recipes.step(wide, "low-rank, rank: 2, measured: true");
    assertEquals("MatMul;MatMul", Operators.of(session.graph()));
    String why = session.findings().decisions().get(0).why();
    assertTrue(why.matches(".*; measured [0-9.]+ us, [0-9.]+ us before"), why);
  }
}
