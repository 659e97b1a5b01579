package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.recipe.Curve;
import dev.coppice.compiler.compress.recipe.Decision;
import dev.coppice.compiler.compress.recipe.Findings;
import dev.coppice.compiler.compress.recipe.Sensitivity;
import dev.coppice.compiler.driver.Json;
import dev.coppice.compiler.driver.MemoryMap;
import dev.coppice.compiler.driver.OutputFile;
import dev.coppice.compiler.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A report as JSON. What there is none of is absent. */
public final class JsonReport {
  private JsonReport() {}

  /**
   * Writes {@code report} to {@code file}, at once when it is complete.
   *
   * @throws dev.coppice.compiler.diag.CompileException if it cannot be written
   */
  public static void write(RunReport report, Path file) {
    OutputFile.write(file, of(report));
  }

  /** The text. */
  public static String of(RunReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", report.model());
    json.put("recipe", report.recipe());
    Map<String, Object> environment = new LinkedHashMap<>();
    environment.put("coppice", report.environment().coppice());
    environment.put("machine", report.environment().machine());
    environment.put("backend", report.environment().backend());
    environment.put("seed", report.environment().seed());
    json.put("environment", environment);
    json.put("metric", report.metric().name());
    json.put("before", json(report.before()));
    json.put("after", json(report.after()));
    json.put("steps", report.steps().stream().map(JsonReport::json).toList());
    json.put("layers", report.layers().stream().map(JsonReport::json).toList());
    Map<String, Object> graphs = new LinkedHashMap<>();
    graphs.put("before", json(report.graphs().before()));
    graphs.put("after", json(report.graphs().after()));
    json.put("graphs", graphs);
    Map<String, Object> memory = new LinkedHashMap<>();
    memory.put("before", json(report.before().memory()));
    memory.put("after", json(report.after().memory()));
    json.put("memory", memory);
    json.put("pareto", report.pareto().stream().map(JsonReport::json).toList());
    json.put("notes", report.notes());
    return Json.pretty(json) + "\n";
  }

  private static Map<String, Object> json(Measurement m) {
    Map<String, Object> json = new LinkedHashMap<>();
    m.score().ifPresent(s -> json.put("score", s));
    json.put("parameters", m.parameters());
    json.put("weightBytes", m.weightBytes());
    json.put("fileBytes", m.fileBytes());
    json.put("macs", m.macs());
    json.put("executedMacs", m.executedMacs());
    json.put("arenaBytes", m.arenaBytes());
    json.put("scratchBytes", m.scratchBytes());
    json.put("classBytes", m.classBytes());
    json.put("jarBytes", m.jarBytes());
    json.put("latencyMicros", m.latencyMicros());
    return json;
  }

  private static Map<String, Object> json(RunReport.Step step) {
    Map<String, Object> json = new LinkedHashMap<>();
    Findings found = step.findings();
    json.put("method", step.method());
    json.put("decisions", found.decisions().stream().map(JsonReport::json).toList());
    json.put("after", json(step.after()));
    json.put("curves", found.curves().stream().map(JsonReport::json).toList());
    json.put("sensitivities", found.sensitivities().stream().map(JsonReport::json).toList());
    return json;
  }

  private static Map<String, Object> json(Decision decision) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layer", decision.layer());
    json.put("what", decision.what());
    json.put("why", decision.why());
    return json;
  }

  private static Map<String, Object> json(Curve curve) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layer", curve.layer());
    json.put("amount", curve.amount());
    json.put("measure", curve.measure());
    json.put("points", curve.points().stream().map(p -> List.of(p.amount(), p.value())).toList());
    return json;
  }

  private static Map<String, Object> json(Sensitivity sensitivity) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("layer", sensitivity.layer());
    json.put("amount", sensitivity.amount());
    json.put("metric", sensitivity.metric());
    json.put("drop", sensitivity.drop());
    return json;
  }

  private static Map<String, Object> json(RunReport.Layer layer) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", layer.name());
    layer.before().ifPresent(s -> json.put("before", json(s)));
    layer.after().ifPresent(s -> json.put("after", json(s)));
    layer
        .error()
        .ifPresent(
            e -> {
              json.put("relativeError", e.relative());
              json.put("compared", e.compared());
            });
    return json;
  }

  private static Map<String, Object> json(LayerState state) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("op", state.op());
    json.put("output", state.output());
    json.put("outputShape", dims(state.outputShape()));
    json.put("weightShape", dims(state.weightShape()));
    json.put("weights", state.weights());
    json.put("zeros", state.zeros());
    json.put("bytes", state.bytes());
    json.put("macs", state.macs());
    json.put("storage", state.storage());
    return json;
  }

  private static List<Integer> dims(Shape shape) {
    return Arrays.stream(shape.dims()).boxed().toList();
  }

  private static Map<String, Object> json(DrawnGraph graph) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("nodes", graph.nodes().stream().map(JsonReport::json).toList());
    json.put("edges", graph.edges().stream().map(e -> List.of(e.from(), e.to())).toList());
    return json;
  }

  private static Map<String, Object> json(DrawnGraph.DrawnNode node) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", node.name());
    json.put("op", node.op());
    json.put("shape", node.shape());
    json.put("mark", node.mark().name().toLowerCase(Locale.ROOT));
    if (!node.note().isEmpty()) {
      json.put("note", node.note());
    }
    return json;
  }

  private static Map<String, Object> json(MemoryMap map) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("calls", map.calls());
    json.put("arenas", map.arenas().stream().map(JsonReport::json).toList());
    return json;
  }

  private static Map<String, Object> json(MemoryMap.Arena arena) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("storage", arena.storage());
    json.put("bytes", arena.bytes());
    json.put("lowerBoundBytes", arena.lowerBoundBytes());
    json.put("buffers", arena.buffers().stream().map(JsonReport::json).toList());
    return json;
  }

  private static Map<String, Object> json(MemoryMap.Buffer buffer) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("offset", buffer.offset());
    json.put("bytes", buffer.bytes());
    json.put("firstCall", buffer.firstCall());
    json.put("lastCall", buffer.lastCall());
    json.put("scratch", buffer.scratch());
    return json;
  }

  private static Map<String, Object> json(RunReport.ParetoPoint point) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("what", point.what());
    json.put("score", point.score());
    json.put("cost", point.cost());
    json.put("chosen", point.chosen());
    return json;
  }
}
