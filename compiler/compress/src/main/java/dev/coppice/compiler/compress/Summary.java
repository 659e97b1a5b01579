package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.evaluate.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** Two versions of a model side by side, as a table of text. */
final class Summary {
  private Summary() {}

  /** A line for each thing that was measured. */
  static List<String> lines(Metric metric, Measurement before, Measurement after) {
    List<String> lines = new ArrayList<>();
    lines.add(row("", "before", "after", ""));
    if (before.score().isPresent() && after.score().isPresent()) {
      double a = before.score().get();
      double b = after.score().get();
      lines.add(
          row(
              metric.name(),
              metric.text(a),
              metric.text(b),
              metric.isAccuracy() ? String.format(Locale.ROOT, "%+.2f points", b - a) : ""));
    }
    count(lines, "parameters", before, after, Measurement::parameters);
    count(lines, "weight bytes", before, after, Measurement::weightBytes);
    count(lines, "model file bytes", before, after, Measurement::fileBytes);
    count(lines, "multiply-accumulates", before, after, Measurement::macs);
    count(lines, "arena bytes", before, after, Measurement::arenaBytes);
    count(lines, "class bytes", before, after, Measurement::classBytes);
    count(lines, "jar bytes", before, after, Measurement::jarBytes);
    before
        .latencyMicros()
        .forEach(
            (backend, time) -> {
              Double now = after.latencyMicros().get(backend);
              if (now != null) {
                lines.add(
                    row(
                        "latency, " + backend,
                        String.format(Locale.ROOT, "%.1f us", time),
                        String.format(Locale.ROOT, "%.1f us", now),
                        times(time, now, "faster", "slower")));
              }
            });
    return lines;
  }

  private static void count(
      List<String> lines,
      String label,
      Measurement before,
      Measurement after,
      ToLongFunction<Measurement> value) {
    long a = value.applyAsLong(before);
    long b = value.applyAsLong(after);
    lines.add(
        row(
            label,
            String.format(Locale.ROOT, "%,d", a),
            String.format(Locale.ROOT, "%,d", b),
            times((double) a, (double) b, "smaller", "larger")));
  }

  private static String times(double before, double after, String better, String worse) {
    if (before <= 0 || after <= 0 || before == after) {
      return "";
    }
    return after < before
        ? String.format(Locale.ROOT, "%.2f x %s", before / after, better)
        : String.format(Locale.ROOT, "%.2f x %s", after / before, worse);
  }

  private static String row(String label, String before, String after, String change) {
    return String.format(Locale.ROOT, "%-22s %14s %14s  %s", label, before, after, change)
        .stripTrailing();
  }
}
