package dev.coppice.compiler.compress.lowrank;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.NotFiniteWeights;
import dev.coppice.compiler.compress.testing.Operators;
import dev.coppice.compiler.compress.testing.Products;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What low-rank factorisation leaves as it is, and the reasons that it gives. */
class LayersLeftWholeTest {
  @Test
  void layersWhoseFactorsAreNotCheaperStay() {
    Session flat =
        Recipes.step(
            Products.of(SmallNetwork.random(new Random(3), 1, 60, 80)),
            "low-rank, energy-loss: 0.02");
    assertEquals("MatMul", Operators.of(flat.graph()));
    assertEquals(
        "no factors by energy-loss 0.02 are cheaper", flat.findings().decisions().get(0).why());
    // 10 * (20 + 24) < 20 * 24, but not with a tenth more.
    String narrow = "steps: [{method: low-rank, rank: 10%s}]";
    OnnxGraph product = Products.of(LowRankModels.planted(3, 24, 20));
    assertEquals("MatMul", Operators.of(Recipes.run(product, narrow.formatted("")).graph()));
    assertEquals(
        "MatMul;MatMul",
        Operators.of(Recipes.run(product, narrow.formatted(", overhead: 0")).graph()));
  }

  @Test
  void groupsSharedWeightsAndOtherLayersStay() {
    OnnxGraph graph =
        LowRankModels.graph(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 8, 5, 5)
                .input("q", DType.FLOAT32, 1, 30)
                .initializer("grouped", SmallNetwork.random(new Random(1), 1, 8, 4, 3, 3))
                .initializer("up", LowRankModels.planted(1, 8, 8, 3, 3))
                .initializer("point", LowRankModels.planted(1, 8, 8, 1, 1))
                .initializer("shared", LowRankModels.planted(1, 30, 30))
                .output("y")
                .output("s")
                .node("grouped", "g = Conv(x, grouped)", attribute("group", 2))
                .node("up", "u = ConvTranspose(g, up)")
                .node("point", "y = Conv(u, point)")
                .node("one", "r = MatMul(q, shared)")
                .node("two", "s = MatMul(r, shared)"),
            13);
    Session session = Recipes.step(graph, "low-rank, kind: spatial-svd, energy-loss: 0.5");
    List<String> reasons =
        session.findings().decisions().stream()
            .map(d -> d.layer() + ": " + d.why())
            .sorted()
            .toList();
    assertEquals(
        List.of(
            "grouped: it has 2 groups",
            "one: its weights are shared",
            "point: spatial-svd does not apply",
            "two: its weights are shared",
            "up: ConvTranspose is not factorised"),
        reasons);
    assertEquals(graph.nodes(), session.graph().nodes());
  }

  @Test
  void weightsThatAreNotFiniteStay() {
    NotFiniteWeights.stay("low-rank, energy-loss: 0.5");
  }
}
