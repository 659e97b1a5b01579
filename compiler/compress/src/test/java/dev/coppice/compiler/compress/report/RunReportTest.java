package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.report.RunReport.Layer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunReportTest {
  @Test
  void hasWhatTheRunDid() {
    RunReport report = Reports.report();
    assertEquals(Optional.of(100.0), report.before().score());
    assertEquals(1, report.steps().size());
    assertEquals(report.after(), report.steps().get(0).after());
    assertEquals("c2", report.steps().get(0).findings().decisions().get(0).layer());
    assertEquals(1, report.steps().get(0).findings().curves().size());
    assertEquals(7, report.environment().seed());
    assertEquals(
        List.of(Reports.HOSTILE, "c2", "fc"), report.layers().stream().map(Layer::name).toList());
  }

  @Test
  void layersAreComparedByTheirOutputs() {
    List<Layer> layers = Reports.report().layers();
    assertEquals(Optional.of(new LayerError(0, "its output")), layers.get(0).error());
    double error = layers.get(1).error().orElseThrow().relative();
    assertTrue(error > 0.3 && error < 1.5, "half of the weights are gone: " + error);
    assertTrue(layers.get(2).error().orElseThrow().relative() > 0);
    assertEquals(0, layers.get(1).before().orElseThrow().zeros());
    assertEquals(72, layers.get(1).after().orElseThrow().zeros());
  }

  @Test
  void layersThatAreGoneAndNewOnesAreTold() {
    RunReport report =
        Reports.run(
            session -> {
              var graph = session.graph();
              var fc = graph.producer("y").orElseThrow();
              graph.replace(fc, fc.toBuilder().setName("other").build());
            },
            Measurement.Plan.sizes("portable"));
    Layer gone = report.layers().get(2);
    Layer added = report.layers().get(3);
    assertEquals("fc", gone.name());
    assertTrue(gone.after().isEmpty());
    // What it computed is still there.
    assertEquals(Optional.of(new LayerError(0, "its output")), gone.error());
    assertEquals("other", added.name());
    assertTrue(added.before().isEmpty());
    assertEquals(gone.error(), added.error());
  }
}
