package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Convolutions whose weights become a sum of outer products. */
class OuterProductLayersTest {
  /** The fit is not exact: what counts is that the layers compute what its factors say. */
  @Test
  void outerProductsAreTheLayersTheyStandFor() {
    for (String window : List.of("plain", "strided", "same")) {
      OnnxGraph before =
          LowRankModels.convolution(LowRankModels.planted(5, 8, 6, 3, 3), window, 13);
      Session session = Recipes.step(before, "low-rank, kind: cp, rank: 4");
      OnnxGraph after = session.graph();
      Tensor first = after.constant("w_first").orElseThrow();
      Tensor rows = after.constant("w_axis0").orElseThrow();
      Tensor columns = after.constant("w_axis1").orElseThrow();
      Tensor last = after.constant("w_last").orElseThrow();
      double[] product = new double[8 * 6 * 9];
      for (int i = 0; i < product.length; i++) {
        for (int r = 0; r < 4; r++) {
          product[i] +=
              last.doubleAt(i / 54 * 4 + r)
                  * first.doubleAt(r * 6 + i / 9 % 6)
                  * rows.doubleAt(r * 3 + i / 3 % 3)
                  * columns.doubleAt(r * 3 + i % 3);
        }
      }
      OnnxGraph replaced = before.copy();
      replaced.constant("w", Tensor.fromDoubles(before.type("w"), i -> product[i]));
      SameOutputs.interpreted(replaced, after);
      SameOutputs.compiled(replaced, after, 1);
      LowRankModels.assertMultiplyAddsAsSaid(session);
    }
  }

  @Test
  void ranksOfOuterProductsAreFoundForAnEnergy() {
    OnnxGraph before =
        LowRankModels.convolution(LowRankModels.planted(2, 12, 10, 3, 3), "plain", 13);
    Session session = Recipes.step(before, "low-rank, kind: cp, energy-loss: 1e-4");
    assertTrue(
        session.findings().decisions().get(0).what().startsWith("cp of rank 2, "),
        session.findings().decisions().get(0).what());
  }
}
