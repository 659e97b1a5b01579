package dev.coppice.compiler.compress.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final List<Tensor> SCORES = List.of(row(0.1f, 0.7f, 0.2f));

  private static Tensor row(float... values) {
    return Tensor.ofFloats(Shape.of(1, values.length), values);
  }

  private static double of(String metric, List<Tensor> outputs, int label, List<Tensor> original) {
    return Metric.named(metric).orElseThrow().example(outputs, outputs, label, original);
  }

  @Test
  void countsLabelsAmongTheLargest() {
    assertEquals(100, of("top-1", SCORES, 1, List.of()));
    assertEquals(0, of("top-1", SCORES, 2, List.of()));
    assertEquals(100, of("top-2", SCORES, 2, List.of()));
    assertEquals(0, of("top-2", SCORES, 0, List.of()));
    assertEquals(0, of("top-2", SCORES, -1, List.of()));
    // Of equal scores the first counts as larger, as argmax has it.
    assertEquals(0, of("top-1", List.of(row(1, 1)), 1, List.of()));
    assertEquals(0, of("top-1", List.of(row(Float.NaN, 1)), 0, List.of()));
  }

  @Test
  void comparesWithTheOriginal() {
    List<Tensor> original = List.of(row(0.1f, 0.6f, 0.4f));
    assertEquals(100, of("agreement", SCORES, -1, original));
    assertEquals((0.01 + 0.04) / 3, of("mse", SCORES, -1, original), 1e-7);
    assertEquals(
        Math.sqrt(0.05 / (0.01 + 0.36 + 0.16)), of("relative-error", SCORES, -1, original), 1e-6);
    assertEquals(0, of("relative-error", List.of(row(0)), -1, List.of(row(0))));
  }

  @Test
  void ranksAnomalies() {
    Metric auc = Metric.named("auc").orElseThrow();
    assertEquals(100, auc.total(new double[] {1, 2, 3, 4}, new int[] {0, 0, 1, 1}));
    assertEquals(75, auc.total(new double[] {1, 3, 2, 4}, new int[] {0, 0, 1, 1}));
    assertEquals(50, auc.total(new double[] {1, 1}, new int[] {0, 1}));
    assertEquals(4.0 / 2, auc.example(List.of(row(1, 2)), List.of(row(3, 2)), 0, List.of()), 1e-12);
  }

  @Test
  void saysByHowMuchAModelIsWorse() {
    assertEquals(0.5, Metric.TOP_1.drop(90, 89.5));
    assertEquals(0.25, Metric.named("mse").orElseThrow().drop(0, 0.25));
    assertEquals(Optional.empty(), Metric.named("top-0"));
    for (String name : Metric.names()) {
      assertEquals(name, Metric.named(name).orElseThrow().name());
    }
  }
}
