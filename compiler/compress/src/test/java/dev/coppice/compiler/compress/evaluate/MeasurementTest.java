package dev.coppice.compiler.compress.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MeasurementTest {
  @Test
  void countsWhatTheModelHas() {
    Measurement m = Measurement.of(graph(), Optional.empty(), Measurement.Plan.sizes("portable"));
    assertEquals(Optional.empty(), m.score());
    assertEquals(2 * 3 + 3 * 4, m.parameters());
    assertEquals(2 * 3 + 3 * 4, m.macs());
    assertEquals(m.macs(), m.executedMacs());
    assertTrue(m.weightBytes() >= 4 * m.parameters(), m.toString());
    assertTrue(m.fileBytes() >= 4 * m.parameters(), m.toString());
    assertTrue(m.arenaBytes() >= 4 * 3, m.toString());
    assertTrue(m.jarBytes() > 0 && m.jarBytes() < m.classBytes() + m.weightBytes() + 1000);
    assertEquals(Map.of(), m.latencyMicros());
    assertEquals(m.arenaBytes(), m.memory().arenas().get(0).bytes());
  }

  @Test
  void latencyAndScoreAreMeasured() {
    Examples examples =
        Examples.of(List.of(List.of(Tensor.ofFloats(Shape.of(1, 2), 1, 2))), List.of());
    Evaluator evaluator =
        new Evaluator(
            examples,
            Metric.named("agreement").orElseThrow(),
            "portable",
            graph(),
            SourceRef.file("data"));
    Measurement m =
        Measurement.of(
            graph(),
            Optional.of(evaluator),
            new Measurement.Plan("portable", List.of("portable", "vector"), 0.02));
    assertEquals(Optional.of(100.0), m.score());
    assertEquals(List.of("portable", "vector"), List.copyOf(m.latencyMicros().keySet()));
    m.latencyMicros().values().forEach(micros -> assertTrue(micros > 0, m.toString()));
  }

  @Test
  void everyBackendOfThisJvmIsTimed() {
    Measurement.Plan plan = Measurement.Plan.timed("portable", 1);
    boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    assertEquals(vectors, plan.latencyBackends().contains("vector"));
    assertTrue(plan.latencyBackends().contains("portable"));
    assertThrows(
        IllegalArgumentException.class, () -> new Measurement.Plan("portable", List.of(), -1));
  }

  private static OnnxGraph graph() {
    return OnnxGraph.of(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2)
            .output("y", DType.FLOAT32, 1, 4)
            .initializer("v", Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6))
            .initializer(
                "w", Tensor.ofFloats(Shape.of(3, 4), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
            .node("a = MatMul(x, v)")
            .node("r = Relu(a)")
            .node("y = MatMul(r, w)")
            .model(17),
        ImportOptions.of("m.onnx"));
  }
}
