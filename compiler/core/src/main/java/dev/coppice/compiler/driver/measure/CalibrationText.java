package dev.coppice.compiler.driver.measure;

import dev.coppice.compiler.driver.measure.Calibration.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/** Predicted beside measured times, for people. */
public final class CalibrationText {
  private CalibrationText() {}

  /** A table with a row for each kernel, and how far off predictions are. */
  public static List<String> lines(List<Row> rows) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "  %-24s %-41s %11s %20s %20s",
            "schedule",
            "kernel",
            "measured us",
            "by defaults us ratio",
            "by these us    ratio"));
    for (Row r : rows) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s %-24s %-41s %11.1f %14.1f %5.2f %14.1f %5.2f",
              r.heldOut() ? "+" : " ",
              r.schedule(),
              r.kernel(),
              r.measured() / 1000,
              r.before() / 1000,
              r.before() / r.measured(),
              r.after() / 1000,
              r.after() / r.measured()));
    }
    lines.add(summary("  kernels that costs are fitted to", rows, r -> !r.heldOut()));
    lines.add(summary("+ kernels kept apart", rows, Row::heldOut));
    return lines;
  }

  private static String summary(String what, List<Row> rows, Predicate<Row> which) {
    List<Row> some = rows.stream().filter(which).toList();
    return String.format(
        Locale.ROOT,
        "%s: %d, predictions off by a factor of %.2f by the defaults, %.2f by these (geometric"
            + " mean)",
        what,
        some.size(),
        factor(some, r -> r.before() / r.measured()),
        factor(some, r -> r.after() / r.measured()));
  }

  /** Geometric mean of ratios or their inverses, what is above 1. */
  private static double factor(List<Row> rows, ToDoubleFunction<Row> ratio) {
    double sum = rows.stream().mapToDouble(r -> Math.abs(Math.log(ratio.applyAsDouble(r)))).sum();
    return Math.exp(sum / Math.max(1, rows.size()));
  }
}
