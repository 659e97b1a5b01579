package dev.coppice.compiler.cli;

import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.driver.CompileReport;
import dev.coppice.compiler.driver.ModelInspector.Inspection;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.ModelOverview;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is known about a model, for people and for programs. */
final class ReportText {
  private ReportText() {}

  /** {@code name f32[1,10]}. */
  static String port(Port port) {
    return port.name() + " " + port.dtype() + port.shape();
  }

  /** {@code 1,234,567}. */
  static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** Label and value in two columns. */
  static String row(String label, Object value) {
    return String.format(Locale.ROOT, "  %-11s %s", label, value);
  }

  static List<String> lines(Inspection inspection) {
    ModelOverview overview = inspection.overview();
    List<String> lines = new ArrayList<>();
    String producer = overview.producer().isEmpty() ? "unknown" : overview.producer();
    lines.add(row("producer", producer + ", IR version " + overview.irVersion()));
    lines.add(
        row(
            "opset",
            overview.opsets().entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "))));
    inspection.report().ifPresent(r -> ports(r, lines));
    lines.add(
        row(
            "operators",
            overview.operators().entrySet().stream()
                .map(e -> e.getKey() + " " + e.getValue())
                .collect(Collectors.joining(", "))));
    lines.add(row("parameters", number(overview.parameters())));
    inspection.report().ifPresent(r -> costs(r, lines));
    inspection.notes().stream().map(Diagnostic::text).forEach(n -> lines.add(row("note", n)));
    return lines;
  }

  private static void ports(CompileReport report, List<String> lines) {
    report.inputs().forEach(p -> lines.add(row("input", port(p))));
    report.outputs().forEach(p -> lines.add(row("output", port(p))));
  }

  private static void costs(CompileReport r, List<String> lines) {
    lines.add(row("MACs", number(r.macs())));
    lines.add(row("weights", number(r.weightBytes()) + " bytes"));
    lines.add(
        row(
            "arena",
            "%s bytes, lower bound %s; scratch %s bytes"
                .formatted(
                    number(r.arenaBytes()),
                    number(r.arenaLowerBoundBytes()),
                    number(r.scratchBytes()))));
    lines.add(row("kernels", r.kernels() + " in " + r.calls() + " calls"));
    r.notes().forEach(n -> lines.add(row("decision", n)));
  }

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
    json.put("inputs", r.inputs().stream().map(ReportText::json).toList());
    json.put("outputs", r.outputs().stream().map(ReportText::json).toList());
    json.put("macs", r.macs());
    json.put("weightBytes", r.weightBytes());
    json.put("arenaBytes", r.arenaBytes());
    json.put("arenaLowerBoundBytes", r.arenaLowerBoundBytes());
    json.put("scratchBytes", r.scratchBytes());
    json.put("kernels", r.kernels());
    json.put("calls", r.calls());
    json.put("decisions", r.notes());
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
