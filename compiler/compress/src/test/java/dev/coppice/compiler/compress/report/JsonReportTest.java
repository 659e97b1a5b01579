package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class JsonReportTest {
  @Test
  void programsReadWhatPeopleDo(@TempDir Path folder) throws IOException {
    RunReport report = Reports.report();
    Path file = folder.resolve("report.json");
    JsonReport.write(report, file);
    // JSON is YAML.
    Map<?, ?> json =
        (Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    assertEquals(Reports.HOSTILE + ".onnx", json.get("model"));
    assertEquals(Reports.RECIPE, json.get("recipe"));
    assertEquals("agreement", json.get("metric"));
    Map<?, ?> after = (Map<?, ?>) json.get("after");
    assertEquals((int) report.after().weightBytes(), after.get("weightBytes"));
    assertEquals(report.after().score().orElseThrow(), after.get("score"));
    Map<?, ?> step = (Map<?, ?>) ((List<?>) json.get("steps")).get(0);
    assertEquals("halve", step.get("method"));
    Map<?, ?> curve = (Map<?, ?>) ((List<?>) step.get("curves")).get(0);
    assertEquals(List.of(List.of(0.0, 100.0), List.of(0.5, 90.0)), curve.get("points"));
    assertEquals(2, ((List<?>) step.get("sensitivities")).size());
    Map<?, ?> layer = (Map<?, ?>) ((List<?>) json.get("layers")).get(0);
    assertEquals(0.0, layer.get("relativeError"));
    assertEquals("its output", layer.get("compared"));
    assertEquals(List.of(4, 2, 3, 3), ((Map<?, ?>) layer.get("before")).get("weightShape"));
    Map<?, ?> memory = (Map<?, ?>) ((Map<?, ?>) json.get("memory")).get("before");
    assertEquals(report.before().memory().calls().size(), ((List<?>) memory.get("calls")).size());
    Map<?, ?> graph = (Map<?, ?>) ((Map<?, ?>) json.get("graphs")).get("after");
    assertTrue(graph.get("nodes").toString().contains("mark=added"));
    assertEquals(2, ((List<?>) json.get("pareto")).size());
  }
}
