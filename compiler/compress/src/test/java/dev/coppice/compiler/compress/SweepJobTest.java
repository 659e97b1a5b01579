package dev.coppice.compiler.compress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.search.Sweep;
import dev.coppice.compiler.compress.testing.Interpreted;
import dev.coppice.compiler.compress.testing.TinyModel;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.onnx.wire.OnnxFile;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepJobTest {
  private static final String PRUNE = "{method: prune-weights, amount: AMOUNT}";

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("tiny.onnx");
    OnnxFile.save(TinyModel.model(), model);
  }

  @Test
  void eachStepHasAPointForEachAmount() throws IOException {
    writeData(folder.resolve("x.csv"));
    SweepJob.Outcome outcome =
        run(
            "data: {evaluation: {inputs: x.csv, label-column: last}}",
            List.of(PRUNE, "{method: low-rank, kind: svd, rank: AMOUNT}"),
            List.of(0.5, 0.0));
    // Labels are what the model says.
    assertEquals(Optional.of(100.0), outcome.before().score());
    assertEquals(16 * 8 + 4 * 16, outcome.before().macs());
    List<Sweep.Point> points = outcome.curves().get(PRUNE);
    assertEquals(List.of(0.5, 0.0), points.stream().map(Sweep.Point::amount).toList());
    assertEquals(0.5, points.get(0).zeros(), 0.01);
    assertTrue(points.get(0).score().orElseThrow() < 100);
    assertTrue(
        points.get(0).measurement().orElseThrow().weightBytes() < outcome.before().weightBytes());
    assertEquals(0, points.get(1).zeros());
    assertEquals(100, points.get(1).score().orElseThrow());
    assertEquals(
        outcome.before().weightBytes(), points.get(1).measurement().orElseThrow().weightBytes());
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void anAmountThatIsRefusedIsAPointToo() throws IOException {
    SweepJob.Outcome outcome = run("seed: 3", List.of(PRUNE), List.of(2.0, 0.5));
    Sweep.Point refused = outcome.curves().get(PRUNE).get(0);
    assertTrue(refused.measurement().isEmpty());
    assertTrue(refused.refusal().orElseThrow().contains("key 'amount' is '2'"), refused.toString());
    assertTrue(outcome.text().get(4).startsWith("     2.0 refused: "), outcome.text().get(4));
  }

  @Test
  void textJsonAndCurvesHaveTheSameNumbers() throws IOException {
    writeData(folder.resolve("x.csv"));
    SweepJob.Outcome outcome =
        run(
            "data: {evaluation: {inputs: x.csv, label-column: last}}",
            List.of(PRUNE),
            List.of(0.5, 0.0));
    Sweep.Point half = outcome.curves().get(PRUNE).get(0);
    double score = half.score().orElseThrow();
    long bytes = half.measurement().orElseThrow().weightBytes();
    List<String> text = outcome.text();
    assertEquals(6, text.size(), text.toString());
    assertEquals(
        "original: 100.00 %, "
            + outcome.before().weightBytes()
            + " weight bytes, 192"
            + " multiply-accumulates",
        text.get(0));
    assertEquals(PRUNE, text.get(2));
    assertEquals(
        List.of(
            "0.5",
            Metric.TOP_1.text(score).replace(" ", ""),
            "50.00%",
            bytes + "",
            half.measurement().orElseThrow().executedMacs() + ""),
        List.of(text.get(4).strip().replace(" %", "%").split(" +")));
    Map<?, ?> curve = (Map<?, ?>) ((List<?>) outcome.json().get("curves")).get(0);
    Map<?, ?> point = (Map<?, ?>) ((List<?>) curve.get("points")).get(0);
    assertEquals(100.0, outcome.json().get("original"));
    assertEquals(PRUNE, curve.get("step"));
    assertEquals(0.5, point.get("amount"));
    assertEquals(score, point.get("score"));
    assertEquals(bytes, point.get("weightBytes"));
    // Curves go by ascending amounts.
    assertEquals(
        List.of(
            new Curve(
                PRUNE,
                "amount",
                "top-1",
                List.of(new Curve.Point(0, 100), new Curve.Point(0.5, score))),
            new Curve(
                PRUNE,
                "amount",
                "weight bytes",
                List.of(
                    new Curve.Point(0, outcome.before().weightBytes()),
                    new Curve.Point(0.5, bytes)))),
        outcome.drawn());
  }

  @Test
  void thereIsNoCurveOfScoresWithoutDataToJudgeBy() throws IOException {
    SweepJob.Outcome outcome = run("seed: 3", List.of(PRUNE), List.of(0.5));
    assertTrue(outcome.text().get(0).startsWith("original: no evaluation data, "));
    assertEquals(List.of("weight bytes"), outcome.drawn().stream().map(Curve::measure).toList());
    assertFalse(outcome.json().containsKey("original"));
  }

  @Test
  void thereIsNoCurveOfNoPoints() throws IOException {
    assertEquals(List.of(), run("seed: 3", List.of(PRUNE), List.of(2.0)).drawn());
  }

  @Test
  void symbolicDimensionsGetTheirSizes() throws IOException {
    OnnxFile.save(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, "n", 2)
            .initializer("w", Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6))
            .node("y = MatMul(x, w)")
            .output("y")
            .model(13),
        model);
    SweepJob.Outcome outcome =
        new SweepJob(model, recipe("seed: 1"), List.of(PRUNE), List.of(0.5), Map.of("n", 7))
            .run(new DiagnosticSink(), Progress.NONE);
    assertEquals(7 * 2 * 3, outcome.before().macs());
  }

  @Test
  void whatIsWrongIsToldAndNothingIsLeftBehind() throws IOException {
    assertTells("has no AMOUNT where the amounts go", "seed: 1", "{method: merge}");
    assertTells("key 'method' is 'prune'", "seed: 1", "{method: prune, amount: AMOUNT}");
    assertTells("r.yaml:1: key 'seed' is 'x'", "seed: x", PRUNE);
    assertTells("r.yaml:2: key 'steps' is given", "seed: 1\nsteps: [{method: merge}]", PRUNE);
    assertTells(
        "absent.csv", "data: {evaluation: {inputs: absent.csv, label-column: last}}", PRUNE);
    Files.delete(model);
    assertTells("tiny.onnx", "seed: 1", PRUNE);
    assertRefused(folder.resolve("no.yaml"), "[FileUnreadable] %s: no such file. Check the path.");
    Path latin1 = Files.write(folder.resolve("latin1.yaml"), new byte[] {(byte) 0xE4});
    assertRefused(latin1, "[RecipeInvalid] %s: the file is not UTF-8. See");
  }

  private void assertRefused(Path recipe, String expected) {
    SweepJob job = new SweepJob(model, recipe, List.of(PRUNE), List.of(0.5), Map.of());
    CompileException e =
        assertThrows(CompileException.class, () -> job.run(new DiagnosticSink(), Progress.NONE));
    assertTrue(e.getMessage().startsWith(expected.formatted(recipe)), e.getMessage());
  }

  private void assertTells(String expected, String recipe, String step) throws IOException {
    recipe(recipe);
    List<Path> before = files();
    CompileException e =
        assertThrows(CompileException.class, () -> run(recipe, List.of(step), List.of(0.5)));
    assertTrue(e.getMessage().contains(expected), e.getMessage());
    assertEquals(before, files());
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.sorted().toList();
    }
  }

  private SweepJob.Outcome run(String recipe, List<String> steps, List<Double> amounts)
      throws IOException {
    return new SweepJob(model, recipe(recipe), steps, amounts, Map.of())
        .run(new DiagnosticSink(), Progress.NONE);
  }

  private Path recipe(String text) throws IOException {
    return Files.writeString(folder.resolve("r.yaml"), text);
  }

  /** Rows of eight numbers and the class that the model gives them. */
  private static void writeData(Path file) throws IOException {
    Random random = new Random(3);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      float[] x = new float[8];
      for (int j = 0; j < x.length; j++) {
        x[j] = (float) random.nextGaussian();
        rows.append(x[j]).append(',');
      }
      Tensor input = Tensor.ofFloats(Shape.of(1, 8), x);
      Tensor y = Interpreted.run(TinyModel.graph(), List.of(input)).get(0);
      rows.append(Metric.argmax(y)).append('\n');
    }
    Files.writeString(file, rows);
  }
}
