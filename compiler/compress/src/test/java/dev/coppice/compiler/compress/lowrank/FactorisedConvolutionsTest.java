package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Operators;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions of low rank become layers that compute the same. */
class FactorisedConvolutionsTest {
  @ParameterizedTest
  @CsvSource({
    "svd,         9,  Conv;Conv",
    "svd,         13, Conv;Conv",
    "spatial-svd, 13, Conv;Conv",
    "tucker-2,    7,  Conv;Conv;Conv",
    "tucker-2,    13, Conv;Conv;Conv",
    "separable,   9,  Conv;Conv",
    "auto,        21, Conv;Conv",
  })
  void convolutionsOfLowRankAreReplacedExactly(String kind, int opset, String operators) {
    for (String window : List.of("plain", "strided", "same")) {
      OnnxGraph before =
          LowRankModels.convolution(LowRankModels.planted(2, 8, 6, 3, 3), window, opset);
      String recipe = "steps: [{method: low-rank, kind: %s, rank: 2}]".formatted(kind);
      Session session = Recipes.run(before, recipe);
      OnnxGraph after = session.graph();
      assertEquals(operators, Operators.of(after), window);
      SameOutputs.interpreted(before, after);
      SameOutputs.compiled(before, after, 1);
      LowRankModels.assertMultiplyAddsAsSaid(session);
      assertTrue(session.findings().decisions().get(0).what().contains("100.00 % of the energy"));
    }
  }

  @Test
  void convolutionsOfOneAndThreeAxesAreReplacedExactly() {
    for (Tensor w :
        List.of(LowRankModels.planted(2, 8, 6, 5), LowRankModels.planted(2, 8, 6, 2, 3, 2))) {
      for (String kind : List.of("svd", "tucker-2", "separable")) {
        OnnxGraph before = LowRankModels.convolution(w, "plain", 13);
        String recipe = "steps: [{method: low-rank, kind: %s, rank: 2}]".formatted(kind);
        Session session = Recipes.run(before, recipe);
        SameOutputs.interpreted(before, session.graph());
        LowRankModels.assertMultiplyAddsAsSaid(session);
      }
    }
  }
}
