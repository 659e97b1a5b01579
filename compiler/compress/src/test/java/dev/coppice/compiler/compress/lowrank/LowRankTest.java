package dev.coppice.compiler.compress.lowrank;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.Compressor;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.MultiplyAdds;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.testing.DigitsNetwork;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.RealModels;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.compress.testing.SameOutputs;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LowRankTest {
  private static final String RECIPE =
      """
      steps:
        - method: low-rank
          max-drop: 0.5
          data-aware: true
      """;

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
      OnnxGraph before = convolution(planted(2, 8, 6, 3, 3), window, opset);
      String recipe = "steps: [{method: low-rank, kind: %s, rank: 2}]".formatted(kind);
      Session session = Recipes.run(before, Optional.empty(), recipe);
      OnnxGraph after = session.graph();
      assertEquals(operators, operators(after), window);
      SameOutputs.interpreted(before, after);
      SameOutputs.compiled(before, after, 1);
      assertSaid(session);
      assertTrue(session.findings().decisions().get(0).what().contains("100.00 % of the energy"));
    }
  }

  @Test
  void convolutionsOfOneAndThreeAxesAreReplacedExactly() {
    for (Tensor w : List.of(planted(2, 8, 6, 5), planted(2, 8, 6, 2, 3, 2))) {
      for (String kind : List.of("svd", "tucker-2", "separable")) {
        OnnxGraph before = convolution(w, "plain", 13);
        String recipe = "steps: [{method: low-rank, kind: %s, rank: 2}]".formatted(kind);
        Session session = Recipes.run(before, Optional.empty(), recipe);
        SameOutputs.interpreted(before, session.graph());
        assertSaid(session);
      }
    }
  }

  /** The fit is not exact: what counts is that the layers compute what its factors say. */
  @Test
  void outerProductsAreTheLayersTheyStandFor() {
    for (String window : List.of("plain", "strided", "same")) {
      OnnxGraph before = convolution(planted(5, 8, 6, 3, 3), window, 13);
      Session session =
          Recipes.run(before, Optional.empty(), "steps: [{method: low-rank, kind: cp, rank: 4}]");
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
      assertSaid(session);
    }
  }

  @Test
  void ranksOfOuterProductsAreFoundForAnEnergy() {
    OnnxGraph before = convolution(planted(2, 12, 10, 3, 3), "plain", 13);
    Session session =
        Recipes.run(
            before, Optional.empty(), "steps: [{method: low-rank, kind: cp, energy-loss: 1e-4}]");
    assertTrue(
        session.findings().decisions().get(0).what().startsWith("cp of rank 2, "),
        session.findings().decisions().get(0).what());
  }

  @ParameterizedTest
  @ValueSource(ints = {7, 9, 13})
  void matrixProductsOfLowRankAreReplacedExactly(int opset) {
    Tensor w = planted(3, 20, 24);
    Tensor transposed = w.gather(Shape.of(24, 20), i -> i % 20 * 24 + i / 20);
    OnnxModels both =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 4, 24)
            .input("z", DType.FLOAT32, 2, 3, 24)
            .initializer("w", w)
            .initializer("v", transposed)
            .initializer("u", transposed)
            .initializer("t", transposed)
            .initializer("c", SmallNetwork.random(new Random(5), 1, 20))
            .output("a", DType.FLOAT32, 4, 20)
            .output("b", DType.FLOAT32, 4, 20)
            .output("d", DType.FLOAT32, 2, 3, 20)
            .output("e", DType.FLOAT32, 2, 24, 20)
            .node(
                "a = Gemm(x, w, c)",
                attribute("transB", 1),
                attribute("alpha", 0.5f),
                attribute("beta", 2f))
            .node("b = Gemm(x, v, c)")
            .node("d = MatMul(z, u)")
            .node("s = Transpose(d)", attribute("perm", new int[] {0, 2, 1}))
            .node("m = MatMul(t, s)")
            .node("e = MatMul(m, o)")
            .initializer("o", SmallNetwork.random(new Random(6), 1, 3, 20));
    OnnxGraph before = graph(both, opset);
    Session session =
        Recipes.run(
            before,
            Optional.empty(),
            "steps: [{method: low-rank, kind: svd, rank: 3, exclude: [o]}]");
    assertEquals(
        "MatMul;Gemm;MatMul;Gemm;MatMul;MatMul;Transpose;MatMul;MatMul;MatMul",
        operators(session.graph()));
    SameOutputs.interpreted(before, session.graph());
    SameOutputs.compiled(before, session.graph(), 1);
    assertSaid(session);
  }

  /** What the decisions say of multiply-adds is what there are. */
  private static void assertSaid(Session session) {
    long before = 0;
    long after = 0;
    for (var decision : session.findings().decisions()) {
      String[] words = decision.why().split(" ");
      after += Long.parseLong(words[0]);
      before += Long.parseLong(words[2]);
    }
    long left = MultiplyAdds.of(session.original()) - before;
    assertEquals(MultiplyAdds.of(session.graph()) - left, after);
  }

  @Test
  void theSmallestRankThatKeepsTheEnergyIsTaken() {
    Tensor w = SmallNetwork.random(new Random(3), 1, 60, 80);
    for (double loss : new double[] {0.5, 0.8}) {
      Session session = Recipes.run(product(w), Optional.empty(), energy(loss));
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
  void layersWhoseFactorsAreNotCheaperStay() {
    Session flat =
        Recipes.run(
            product(SmallNetwork.random(new Random(3), 1, 60, 80)), Optional.empty(), energy(0.02));
    assertEquals("MatMul", operators(flat.graph()));
    assertEquals(
        "no factors by energy-loss 0.02 are cheaper", flat.findings().decisions().get(0).why());
    // 10 * (20 + 24) < 20 * 24, but not with a tenth more.
    String narrow = "steps: [{method: low-rank, rank: 10%s}]";
    OnnxGraph product = product(planted(3, 24, 20));
    assertEquals(
        "MatMul", operators(Recipes.run(product, Optional.empty(), narrow.formatted("")).graph()));
    assertEquals(
        "MatMul;MatMul",
        operators(
            Recipes.run(product, Optional.empty(), narrow.formatted(", overhead: 0")).graph()));
  }

  @Test
  void groupsSharedWeightsAndOtherLayersStay() {
    OnnxGraph graph =
        graph(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 8, 5, 5)
                .input("q", DType.FLOAT32, 1, 30)
                .initializer("grouped", SmallNetwork.random(new Random(1), 1, 8, 4, 3, 3))
                .initializer("up", planted(1, 8, 8, 3, 3))
                .initializer("point", planted(1, 8, 8, 1, 1))
                .initializer("shared", planted(1, 30, 30))
                .output("y")
                .output("s")
                .node("grouped", "g = Conv(x, grouped)", attribute("group", 2))
                .node("up", "u = ConvTranspose(g, up)")
                .node("point", "y = Conv(u, point)")
                .node("one", "r = MatMul(q, shared)")
                .node("two", "s = MatMul(r, shared)"),
            13);
    Session session =
        Recipes.run(
            graph,
            Optional.empty(),
            "steps: [{method: low-rank, kind: spatial-svd, energy-loss: 0.5}]");
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
    Tensor w = Tensor.fromDoubles(planted(1, 30, 30).type(), i -> i == 7 ? Double.NaN : 1);
    Session session = Recipes.run(product(w), Optional.empty(), energy(0.5));
    assertEquals(DiagnosticCode.WEIGHTS_LEFT_ALONE, session.notes().diagnostics().get(0).code());
    assertEquals("MatMul", operators(session.graph()));
  }

  @Test
  void variationalRanksAreThoseOfTheSignal() {
    Tensor signal = planted(4, 60, 80);
    Tensor noise = SmallNetwork.random(new Random(8), 0.05, 60, 80);
    Tensor w = Tensor.fromDoubles(signal.type(), i -> signal.doubleAt(i) + noise.doubleAt(i));
    Session session =
        Recipes.run(product(w), Optional.empty(), "steps: [{method: low-rank, vbmf: true}]");
    assertTrue(session.findings().decisions().get(0).what().startsWith("svd of rank 4, "));
    Session weak =
        Recipes.run(
            product(w),
            Optional.empty(),
            "steps: [{method: low-rank, vbmf: true, weakening: 0.9, round-to: 8}]");
    assertTrue(weak.findings().decisions().get(0).what().startsWith("svd of rank 16, "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"macs", "parameters"})
  void budgetsAreMetByTheLeastLoss(String what) {
    OnnxGraph graph = DigitsNetwork.of(0).graph();
    String recipe = "steps: [{method: low-rank, %s: %s, layers: [fc1, fc2]}]";
    OnnxGraph half = Recipes.run(graph, Optional.empty(), recipe.formatted(what, 0.5)).graph();
    double left = (double) MultiplyAdds.of(half) / MultiplyAdds.of(graph);
    assertTrue(left <= 0.5 && left > 0.47, what + " " + left);
    CompileException e =
        assertThrows(
            CompileException.class,
            () -> Recipes.run(graph, Optional.empty(), recipe.formatted(what, 0.01)));
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
      error += relativeError(Interpreted.run(graph, inputs), Interpreted.run(close, inputs)) / 200;
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
  void knownInputsMakeOutputsBetterThanWeights() {
    Random random = new Random(4);
    Tensor mixing = SmallNetwork.random(random, 1, 5, 40);
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int e = 0; e < 100; e++) {
      Tensor hidden = SmallNetwork.random(random, 1, 5);
      float[] x = new float[40];
      for (int i = 0; i < 40; i++) {
        x[i] = 0.1f * (float) random.nextGaussian();
        for (int j = 0; j < 5; j++) {
          x[i] += hidden.floatAt(j) * mixing.floatAt(j * 40 + i);
        }
      }
      inputs.add(List.of(Tensor.ofFloats(Shape.of(1, 40), x)));
    }
    Examples examples = Examples.of(inputs, List.of());
    OnnxGraph graph = product(SmallNetwork.random(random, 1, 40, 30));
    String recipe = "steps: [{method: low-rank, kind: svd, rank: 8, data-aware: %s}]";
    double[] errors = new double[2];
    for (int aware = 0; aware < 2; aware++) {
      OnnxGraph after =
          Recipes.run(graph, Optional.of(examples), recipe.formatted(aware == 1)).graph();
      for (int i = 0; i < examples.count(); i++) {
        List<Tensor> x = examples.inputs(i);
        errors[aware] += relativeError(Interpreted.run(graph, x), Interpreted.run(after, x)) / 100;
      }
    }
    assertTrue(errors[1] < 0.1 && errors[0] > 0.5, errors[1] + " against " + errors[0]);
  }

  @Test
  void fasterLayersAreMeasuredAndTaken() {
    OnnxGraph wide = product(planted(2, 512, 512));
    Session session =
        Recipes.run(wide, Optional.empty(), "steps: [{method: low-rank, rank: 2, measured: true}]");
    assertEquals("MatMul;MatMul", operators(session.graph()));
    String why = session.findings().decisions().get(0).why();
    assertTrue(why.matches(".*; measured [0-9.]+ us, [0-9.]+ us before"), why);
  }

  @Test
  void optionsAreChecked() {
    String two = Recipes.problems("steps: [{method: low-rank, rank: 2, macs: 0.5}]");
    assertTrue(two.contains("'macs' cannot be given with 'rank'; choose one"), two);
    String weakening = Recipes.problems("steps: [{method: low-rank, weakening: 0.5}]");
    assertTrue(weakening.contains("'weakening' needs 'vbmf: true'"), weakening);
    String cp = Recipes.problems("steps: [{method: low-rank, kind: cp, vbmf: true}]");
    assertTrue(cp.contains("'vbmf' finds no rank for kind 'cp'"), cp);
    String off = Recipes.problems("steps: [{method: low-rank, vbmf: false}]");
    assertTrue(off.contains("'vbmf' is 'false'; leave it out"), off);
  }

  @ParameterizedTest
  @CsvSource({"2, .322, .15", "4, .535, .15", "8, .920, .06", "16, .962, .03", "32, .964, .03"})
  void digitsAreRecognisedAsPublished(int rank, double expected, double tolerance) {
    String recipe =
        "steps: [{method: low-rank, kind: svd, rank: %d, layers: [fc1, fc2]}]".formatted(rank);
    double sum = 0;
    for (int seed = 0; seed < DigitsNetwork.SEEDS; seed++) {
      DigitsNetwork net = DigitsNetwork.of(seed);
      sum += net.accuracy(Recipes.run(net.graph(), Optional.empty(), recipe).graph());
    }
    assertEquals(expected, sum / DigitsNetwork.SEEDS, tolerance);
  }

  @Test
  void theExampleOfTheDocumentationWorks() {
    Compressor.Result result = RealModels.MNIST_CNN.compress(200, 200, RECIPE);
    double before = result.score().orElseThrow();
    assertTrue(result.lastScore().orElseThrow() > before - 3, result.lastScore().toString());
    assertTrue(MultiplyAdds.of(result.compressed()) < MultiplyAdds.of(result.original()));
  }

  private static String energy(double loss) {
    return "steps: [{method: low-rank, energy-loss: %s}]".formatted(loss);
  }

  private static double relativeError(List<Tensor> expected, List<Tensor> actual) {
    double error = 0;
    double norm = 0;
    for (int i = 0; i < expected.get(0).size(); i++) {
      double e = expected.get(0).doubleAt(i);
      error += Math.pow(actual.get(0).doubleAt(i) - e, 2);
      norm += e * e;
    }
    return Math.sqrt(error / norm);
  }

  private static String operators(OnnxGraph graph) {
    return String.join(";", graph.nodes().stream().map(NodeProto::getOpType).toList());
  }

  /** A sum of {@code rank} outer products of random vectors. */
  private static Tensor planted(int rank, int... dims) {
    Random random = new Random(rank);
    Shape shape = Shape.of(dims);
    double[] sum = new double[shape.size()];
    for (int r = 0; r < rank; r++) {
      double[] product = {1};
      for (int dim : dims) {
        double[] finer = new double[product.length * dim];
        double[] vector = random.doubles(dim, -1, 1).toArray();
        for (int i = 0; i < finer.length; i++) {
          finer[i] = product[i / dim] * vector[i % dim];
        }
        product = finer;
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += product[i];
      }
    }
    float[] floats = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      floats[i] = (float) sum[i];
    }
    return Tensor.ofFloats(shape, floats);
  }

  /** {@code y = x w}. */
  private static OnnxGraph product(Tensor w) {
    return graph(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, w.shape().dim(0))
            .initializer("w", w)
            .output("y", DType.FLOAT32, 1, w.shape().dim(1))
            .node("product", "y = MatMul(x, w)"),
        13);
  }

  private static OnnxGraph convolution(Tensor w, String window, int opset) {
    int axes = w.shape().rank() - 2;
    List<Object> dims = new ArrayList<>(List.of(2, w.shape().dim(1)));
    for (int s = 0; s < axes; s++) {
      dims.add(9 + s);
    }
    AttributeProto[] attributes =
        switch (window) {
          case "strided" ->
              new AttributeProto[] {
                attribute("strides", new int[] {2, 1}),
                attribute("dilations", new int[] {1, 2}),
                attribute("pads", new int[] {0, 2, 1, 3})
              };
          case "same" ->
              new AttributeProto[] {
                attribute("strides", new int[] {2, 3}), attribute("auto_pad", "SAME_LOWER")
              };
          default -> new AttributeProto[0];
        };
    return graph(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, dims.toArray())
            .initializer("w", w)
            .initializer("b", SmallNetwork.random(new Random(9), 1, w.shape().dim(0)))
            .output("y")
            .node("conv", "y = Conv(x, w, b)", attributes),
        opset);
  }

  private static OnnxGraph graph(OnnxModels model, int opset) {
    return OnnxGraph.of(model.model(opset), ImportOptions.of("low-rank.onnx"));
  }
}
