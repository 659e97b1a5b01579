package dev.coppice.compiler.compress.prune;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.CompiledModel;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.criteria.Criteria;
import dev.coppice.compiler.compress.prune.criteria.Criterion;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.DigitsRecipe;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class PruneChannelsTest {
  @Test
  void removesTheFractionThatIsAskedForByEveryCriterion() {
    for (Criterion criterion : Criteria.ALL) {
      if (criterion.name().equals("batch-norm-scale")) {
        continue;
      }
      Compressor.Result result =
          DigitsRecipe.compress(
              """
              steps:
                - method: prune-channels
                  criterion: %s
                  amount: 0.5
              """
                  .formatted(criterion.name()));
      OnnxGraph graph = result.compressed();
      assertEquals(Shape.of(150, 64), graph.shape("fc1.weight"), criterion.name());
      assertEquals(Shape.of(50, 150), graph.shape("fc2.weight"), criterion.name());
      assertEquals(Shape.of(10, 50), graph.shape("fc3.weight"), criterion.name());
      assertTrue(
          result
              .steps()
              .get(0)
              .findings()
              .decisions()
              .get(0)
              .text()
              .contains("fc1: 150 of 300 channels kept"),
          criterion.name());
    }
  }

  @Test
  void aCriterionThatRatesNothingIsAnError() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                DigitsRecipe.compress(
                    "steps: [{method: prune-channels, criterion: batch-norm-scale, amount: 0.5}]"));
    assertTrue(e.getMessage().contains("rates no channel of this model"), e.getMessage());
  }

  @Test
  void meetsABudgetOfMultiplyAdds() {
    for (String scope : List.of("layer", "global")) {
      Compressor.Result result =
          DigitsRecipe.compress(
              "steps: [{method: prune-channels, macs: 0.4, scope: %s, steps: 3}]".formatted(scope));
      long before = MultiplyAdds.of(result.original());
      long after = MultiplyAdds.of(result.compressed());
      assertTrue(after <= 0.4 * before && after > 0.37 * before, after + " of " + before);
    }
  }

  @Test
  void aBudgetThatCannotBeMetIsAnError() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                DigitsRecipe.compress(
                    "steps: [{method: prune-channels, macs: 0.1, max-per-layer: 0.3}]"));
    assertTrue(e.getMessage().contains("no more channels can be removed"), e.getMessage());
  }

  @Test
  void amountAndBudgetTogetherAreAnError() {
    CompileException e =
        assertThrows(
            CompileException.class,
            () ->
                DigitsRecipe.compress("steps: [{method: prune-channels, macs: 0.1, amount: 0.3}]"));
    assertTrue(e.getMessage().contains("not both"), e.getMessage());
  }

  @Test
  void layersAreLeftOutAndWidthsRounded() {
    Compressor.Result result =
        DigitsRecipe.compress(
            "steps: [{method: prune-channels, amount: 0.5, exclude: [fc2], round-to: 8}]");
    assertEquals(Shape.of(152, 64), result.compressed().shape("fc1.weight"));
    assertEquals(Shape.of(100, 152), result.compressed().shape("fc2.weight"));
  }

  @Test
  void theMeanOfWhatGoesIsKept() {
    String step = "{method: prune-channels, amount: 0.6, layers: [fc1], compensate: %s}";
    double[] whole = means(DigitsNetwork.of(0).graph());
    double[] without = means(pruned(step.formatted("none")));
    double[] with = means(pruned(step.formatted("mean")));
    double shift = 0;
    for (int i = 0; i < whole.length; i++) {
      assertEquals(whole[i], with[i], 1e-4);
      shift += Math.abs(whole[i] - without[i]) / whole.length;
    }
    assertTrue(shift > 0.05, "without it means move by " + shift);
  }

  private static OnnxGraph pruned(String step) {
    return DigitsRecipe.compress("steps: [" + step + "]").compressed();
  }

  /** Means over the calibration examples of what fc2 computes. */
  private static double[] means(OnnxGraph graph) {
    CompiledModel model = CompiledModel.of(graph, List.of("h2"), "portable");
    Examples examples = DigitsNetwork.of(0).training().first(200);
    double[] means = new double[100];
    for (int e = 0; e < examples.count(); e++) {
      Tensor h2 = model.run(examples.inputs(e)).get("h2");
      for (int i = 0; i < means.length; i++) {
        means[i] += h2.doubleAt(i) / examples.count();
      }
    }
    return means;
  }
}
