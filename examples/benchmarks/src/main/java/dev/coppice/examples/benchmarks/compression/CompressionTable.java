package dev.coppice.examples.benchmarks.compression;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Rows as Markdown. */
final class CompressionTable {
  private CompressionTable() {}

  /** The table, and below it the steps of each row. */
  static String markdown(List<Row> rows, List<String> machine) {
    StringBuilder text = new StringBuilder("# What compression costs and gains\n\n");
    text.append(String.join(", ", machine)).append(".\n\n");
    text.append(
        "| | metric | before | after | lost | weight bytes | times smaller | operations | times"
            + " fewer | times faster | ONNX Runtime agrees | asked |\n");
    text.append("|---|---|---:|---:|---:|---:|---:|---:|---:|---|---:|---|\n");
    rows.forEach(r -> text.append(row(r)));
    text.append("\nSteps:\n");
    for (Row r : rows) {
      text.append("\n").append(r.experiment().name()).append("\n\n```\n");
      r.steps().forEach(s -> text.append(s).append('\n'));
      text.append("```\n");
      r.notes().forEach(n -> text.append("\n").append(n).append("\n"));
    }
    return text.toString();
  }

  private static String row(Row r) {
    double before = r.before().score().orElse(0.0);
    double after = r.after().score().orElse(0.0);
    return String.format(
        Locale.ROOT,
        "| %s | %s, %d | %s | %s | %s | %,d → %,d | %.2f | %,d → %,d | %.2f | %s | %s | %s |%n",
        r.experiment().name(),
        r.metric().name(),
        r.examples(),
        r.metric().text(before),
        r.metric().text(after),
        r.metric().isAccuracy()
            ? String.format(Locale.ROOT, "%.2f", r.lost())
            : String.format(Locale.ROOT, "%.2g", r.lost()),
        r.before().weightBytes(),
        r.after().weightBytes(),
        (double) r.before().weightBytes() / r.after().weightBytes(),
        r.before().macs(),
        r.after().macs(),
        (double) r.before().macs() / Math.max(1, r.after().macs()),
        r.faster().entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %.2f", e.getKey(), e.getValue()))
            .collect(Collectors.joining(", ")),
        String.format(Locale.ROOT, "%.2f %%", r.agreement()),
        r.experiment().asked().stream().map(c -> c.text(r)).collect(Collectors.joining("; ")));
  }
}
