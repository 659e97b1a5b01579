package dev.coppice.compiler.compress.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Evaluator;
import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.Progress;
import dev.coppice.compiler.compress.recipe.Sensitivity;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Settings;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.compress.testing.TinyModel;
import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SensitivityRankingTest {
  private static final OnnxGraph MODEL = TinyModel.graph();

  /** All that it computes grows as the weights of a layer do, so errors are known. */
  @Test
  void layersThatCostTheMostAreFirst() {
    List<String> tasks = new ArrayList<>();
    Session session =
        session(
            Optional.of(examples(10, List.of())),
            (task, done, of) -> tasks.add(task + " " + done + "/" + of));
    SensitivityRanking ranking = rank(session);
    assertEquals(
        List.of("fc2", "fc1"), ranking.ranked().stream().map(r -> r.layer().label()).toList());
    assertEquals(0.5, ranking.ranked().get(0).error(), 1e-6);
    assertEquals(0.25, ranking.ranked().get(1).error(), 1e-6);
    List<Sensitivity> told = session.findings().sensitivities();
    assertEquals(List.of("fc1", "fc2"), told.stream().map(Sensitivity::layer).toList());
    assertEquals("more", told.get(0).amount());
    assertEquals("relative-error", told.get(0).metric());
    assertEquals(0.25, told.get(0).drop(), 1e-6);
    assertEquals(List.of("sensitivity of fc1 0/2", "sensitivity of fc2 1/2"), tasks);
  }

  private static SensitivityRanking rank(Session session) {
    return SensitivityRanking.of(
        session,
        MODEL,
        Layer.of(MODEL),
        "more",
        layer -> {
          OnnxGraph alone = MODEL.copy();
          Tensor w = alone.constant(layer.weights()).orElseThrow();
          double factor = layer.label().equals("fc1") ? 1.25 : 0.5;
          alone.constant(
              layer.weights(), Tensor.fromDoubles(w.type(), i -> factor * w.doubleAt(i)));
          return alone;
        });
  }

  @Test
  void aFewExamplesAreEnough() {
    Examples few = examples(64, List.of());
    Examples many =
        new Examples() {
          @Override
          public int count() {
            return 1000;
          }

          @Override
          public List<Tensor> inputs(int i) {
            return few.inputs(i);
          }

          @Override
          public OptionalInt label(int i) {
            return OptionalInt.empty();
          }
        };
    assertEquals(2, rank(session(Optional.of(many), Progress.NONE)).ranked().size());
  }

  @Test
  void needsCalibrationData() {
    Session session = session(Optional.empty(), Progress.NONE);
    CompileException e = assertThrows(CompileException.class, () -> rank(session));
    assertTrue(
        e.getMessage().contains("r.yaml:7: a ranking of layers needs calibration data"),
        e.getMessage());
    e = assertThrows(CompileException.class, () -> SensitivityRanking.judge(session));
    assertTrue(e.getMessage().contains("'max-drop' needs calibration data"), e.getMessage());
  }

  @Test
  void theJudgeTakesTheMetricOfTheRecipeWhereThereAreLabels() {
    // No example is of class 9: the model is always wrong.
    Evaluator labelled =
        SensitivityRanking.judge(
            session(Optional.of(examples(5, Collections.nCopies(5, 9))), Progress.NONE));
    assertEquals(Metric.TOP_1, labelled.metric());
    assertEquals(0, labelled.evaluate(MODEL));
    Evaluator compared =
        SensitivityRanking.judge(session(Optional.of(examples(5, List.of())), Progress.NONE));
    assertEquals(Metric.named("relative-error").orElseThrow(), compared.metric());
    assertEquals(0, compared.evaluate(MODEL));
    OnnxGraph other = MODEL.copy();
    Tensor w = other.constant("w2").orElseThrow();
    other.constant("w2", Tensor.fromDoubles(w.type(), i -> 1.5 * w.doubleAt(i)));
    assertEquals(0.5, compared.evaluate(other), 1e-6);
  }

  private static Session session(Optional<Examples> calibration, Progress progress) {
    Session session =
        new Session(
            MODEL,
            MODEL.copy(),
            "r.yaml",
            Settings.DEFAULT,
            calibration,
            Optional.empty(),
            new DiagnosticSink(),
            progress);
    session.at(7);
    return session;
  }

  private static Examples examples(int count, List<Integer> labels) {
    List<List<Tensor>> inputs = new ArrayList<>();
    for (int e = 0; e < count; e++) {
      inputs.add(List.of(SmallNetwork.random(new Random(e), 1, Shape.of(1, 8).dims())));
    }
    return Examples.of(inputs, labels);
  }
}
