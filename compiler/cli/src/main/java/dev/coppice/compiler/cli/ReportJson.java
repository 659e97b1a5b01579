package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.ModelInspector.Inspection;
import dev.coppice.compiler.emit.weights.StoredTensor;
import dev.coppice.compiler.emit.weights.WeightBits;
import dev.coppice.compiler.ir.Prediction;
import dev.coppice.compiler.ir.ScheduleChoice;
import dev.coppice.compiler.loop.Costs;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.ModelOverview;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is known about a model, for programs. */
final class ReportJson {
  private ReportJson() {}

  /** All of it; what only supported models have is absent otherwise. */
  static Map<String, Object> json(Inspection inspection) {
    ModelOverview overview = inspection.overview();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("supported", inspection.report().isPresent());
    json.put("producer", overview.producer());
    json.put("irVersion", overview.irVersion());
    json.put("opsets", overview.opsets());
    json.put("operators", overview.operators());
    json.put("parameters", overview.parameters());
    inspection.report().ifPresent(r -> json.putAll(json(r)));
    json.put("notes", inspection.notes().stream().map(Diagnostic::text).toList());
    json.put("problems", inspection.problems().stream().map(Diagnostic::text).toList());
    return json;
  }

  static Map<String, Object> json(CompileReport r) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("modelHash", r.modelHash());
    json.put("inputs", r.inputs().stream().map(ReportJson::json).toList());
    json.put("outputs", r.outputs().stream().map(ReportJson::json).toList());
    json.put("macs", r.macs());
    json.put("executedMacs", r.executedMacs());
    json.put("weightBytes", r.weightBytes());
    json.put("weightFileBytes", r.stored().fileBytes());
    json.put("arenaBytes", r.arenaBytes());
    json.put("arenaLowerBoundBytes", r.arenaLowerBoundBytes());
    json.put("scratchBytes", r.scratchBytes());
    json.put("kernels", r.kernels());
    json.put("calls", r.calls());
    json.put("transposed", r.transposed());
    json.put("threads", r.threads());
    json.put("callsInParts", r.callsInParts());
    json.put("decisions", r.notes());
    return json;
  }

  /** For each node with schedules to choose from its candidates, the chosen one first. */
  static List<Map<String, Object>> plan(CompileReport r) {
    return r.choices().stream().map(ReportJson::json).toList();
  }

  /** For each section of the weight file its form and what its bits are spent on. */
  static List<Map<String, Object>> storage(CompileReport r) {
    return r.stored().tensors().stream().map(ReportJson::json).toList();
  }

  private static Map<String, Object> json(StoredTensor tensor) {
    WeightBits bits = tensor.bits();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", tensor.name());
    json.put("elements", tensor.elements());
    json.put("form", tensor.form());
    json.put("bytes", bits.bytes());
    json.put("headerBits", bits.header());
    json.put("scaleBits", bits.scales());
    json.put("codebookBits", bits.codebook());
    json.put("tableBits", bits.tables());
    json.put("valueBits", bits.values());
    json.put("positionBits", bits.positions());
    json.put("orderBits", bits.order());
    json.put("paddingBits", bits.padding());
    return json;
  }

  private static Map<String, Object> json(ScheduleChoice choice) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("node", choice.node().node().orElse(""));
    json.put("op", choice.node().op().orElse(""));
    json.put("facts", choice.facts());
    json.put("costs", choice.costs().source());
    json.put("chosen", choice.chosen().schedule());
    json.put("recorded", choice.recorded());
    json.put("candidates", choice.ranked().stream().map(p -> json(p, choice.costs())).toList());
    return json;
  }

  private static Map<String, Object> json(Prediction p, Costs costs) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("schedule", p.schedule());
    json.put("nanos", p.nanos());
    json.put("codeBytes", p.codeBytes());
    json.put("weightBytes", p.weightBytes());
    json.put("fits", p.fits(costs));
    return json;
  }

  private static Map<String, Object> json(Port port) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", port.name());
    json.put("dtype", port.dtype().label());
    json.put("shape", Arrays.stream(port.shape().dims()).boxed().toList());
    return json;
  }
}
