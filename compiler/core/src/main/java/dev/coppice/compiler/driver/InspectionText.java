package dev.coppice.compiler.driver;

import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.driver.ModelInspector.Inspection;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.onnx.ModelOverview;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is known about a model, for people. */
public final class InspectionText {
  private InspectionText() {}

  /**
   * One line a fact, label and value in two columns; the reasons of a refusal are not among them.
   */
  public static List<String> lines(Inspection inspection) {
    ModelOverview overview = inspection.overview();
    List<String> lines = new ArrayList<>();
    String producer = overview.producer().isEmpty() ? "unknown" : overview.producer();
    lines.add(row("producer", producer + ", IR version " + overview.irVersion()));
    lines.add(row("opset", list(overview.opsets())));
    inspection.report().ifPresent(r -> ports(r, lines));
    lines.add(row("operators", list(overview.operators())));
    lines.add(row("parameters", number(overview.parameters())));
    inspection.report().ifPresent(r -> costs(r, lines));
    inspection.notes().stream().map(Diagnostic::text).forEach(n -> lines.add(row("note", n)));
    return lines;
  }

  private static String list(Map<String, ? extends Number> counts) {
    return counts.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  private static void ports(CompileReport report, List<String> lines) {
    report.inputs().forEach(p -> lines.add(row("input", port(p))));
    report.outputs().forEach(p -> lines.add(row("output", port(p))));
  }

  private static String macs(CompileReport r) {
    return number(r.macs())
        + (r.executedMacs() < r.macs() ? "; " + number(r.executedMacs()) + " executed" : "");
  }

  private static void costs(CompileReport r, List<String> lines) {
    lines.add(row("MACs", macs(r)));
    lines.add(
        row(
            "weights",
            String.format(
                Locale.ROOT,
                "%s bytes; stored in %s bytes, %.2f bits an element",
                number(r.weightBytes()),
                number(r.stored().fileBytes()),
                r.stored().bitsPerElement())));
    lines.add(
        row(
            "arena",
            String.format(
                Locale.ROOT,
                "%s bytes, lower bound %s; scratch %s bytes",
                number(r.arenaBytes()),
                number(r.arenaLowerBoundBytes()),
                number(r.scratchBytes()))));
    lines.add(row("kernels", r.kernels() + " in " + r.calls() + " calls"));
    lines.add(row("transposed", transposed(r.transposed())));
    if (r.threads() > 1) {
      lines.add(
          row("threads", r.threads() + ", which share " + r.callsInParts() + " of the calls"));
    }
    r.notes().forEach(n -> lines.add(row("decision", n)));
  }

  private static String transposed(List<Integer> values) {
    long elements = values.stream().mapToLong(Integer::longValue).sum();
    return values.isEmpty()
        ? "nothing"
        : number(values.size()) + " values, " + number(elements) + " elements";
  }

  /** {@code name f32[1,10]}. */
  public static String port(Port port) {
    return port.name() + " " + port.dtype() + port.shape();
  }

  /** {@code 1,234,567}. */
  public static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  /** Label and value in two columns. */
  public static String row(String label, Object value) {
    return String.format(Locale.ROOT, "  %-11s %s", label, value);
  }
}
