package dev.coppice.examples.benchmarks;

import dev.coppice.examples.benchmarks.Measurement.Compiled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A session as Markdown: what README shows. */
final class SessionTable {
  private SessionTable() {}

  /** The text, lines ended by {@code \n}: times, means, then what explains the times. */
  static String markdown(Session session) {
    StringBuilder text = new StringBuilder(head(session)).append("\n\n");
    times(text, session);
    text.append('\n');
    for (String b : session.backends()) {
      double mean = session.mean(b);
      if (!Double.isNaN(mean)) {
        text.append(
            String.format(
                Locale.ROOT, "Geometric mean of the dense networks, %s: **%.2f**.\n", b, mean));
      }
    }
    text.append('\n').append(roofline(session.peak())).append("\n\n");
    work(text, session);
    return text.toString();
  }

  private static String roofline(CorePeak peak) {
    return String.format(
        Locale.ROOT,
        """
        Peak of the core: %.0f GFLOP/s of fused multiply-adds, %.1f GB/s from memory. The roofline \
        is the sum over kernel calls, of each the longest of three times: the operations that it \
        executes at that peak (Winograd convolutions execute fewer than they stand for), its \
        weights at the bandwidth of reading as much as all that a run touches, its values at that \
        of reading as much as they are.\
        """,
        peak.gflops(),
        peak.gigabytes());
  }

  private static void times(StringBuilder text, Session session) {
    boolean threads = session.measurements().stream().anyMatch(m -> m.peerThreads().isPresent());
    List<String> titles = new ArrayList<>(List.of("microseconds", "ONNX Runtime"));
    if (threads) {
      titles.add("its default threads");
    }
    session.backends().forEach(b -> titles.addAll(List.of(b, "relative")));
    header(text, titles);
    for (Measurement m : session.measurements()) {
      List<String> cells = new ArrayList<>(List.of(m.name(), number(m.peer().medianMicros())));
      if (threads) {
        cells.add(m.peerThreads().map(l -> number(l.medianMicros())).orElse(""));
      }
      for (String b : session.backends()) {
        cells.add(number(m.compiled(b).latency().medianMicros()));
        boolean agrees = m.compiled(b).difference().agrees();
        cells.add(String.format(Locale.ROOT, "%.2f", m.ratio(b)) + (agrees ? "" : " WRONG"));
      }
      row(text, cells);
    }
  }

  private static void work(StringBuilder text, Session session) {
    List<String> titles = new ArrayList<>(List.of("", "MMAC", "ONNX Runtime p90, us"));
    for (String b : session.backends()) {
      titles.addAll(List.of(b + " p90, us", "MMAC executed", "GFLOP/s", "of roofline", "B/run"));
    }
    header(text, titles);
    for (Measurement m : session.measurements()) {
      List<String> cells = new ArrayList<>(List.of(m.name()));
      cells.add(number(m.compiled(session.backends().get(0)).work().macs() / 1e6));
      cells.add(number(m.peer().p90Micros()));
      session.backends().forEach(b -> work(cells, m, m.compiled(b)));
      row(text, cells);
    }
  }

  /** Zero and one-bit weights do not take the operations that are counted. */
  private static void work(List<String> cells, Measurement m, Compiled c) {
    boolean counted = m.group() != Network.Group.COMPRESSED;
    cells.add(number(c.latency().p90Micros()));
    cells.add(counted ? number(c.work().executedMacs() / 1e6) : "");
    cells.add(counted ? String.format(Locale.ROOT, "%.0f", c.gflops()) : "");
    cells.add(counted ? String.format(Locale.ROOT, "%.0f %%", 100 * c.share()) : "");
    cells.add(String.format(Locale.ROOT, "%,.0f", c.allocatedBytes()));
  }

  private static String head(Session s) {
    return String.format(
        Locale.ROOT,
        """
        Median time of a run on one thread and its time relative to ONNX Runtime %s, measured in \
        turns in one process. %s.\
        """,
        s.runtime(),
        s.machine());
  }

  private static void header(StringBuilder text, List<String> titles) {
    row(text, titles);
    text.append("|---").append("|---:".repeat(titles.size() - 1)).append("|\n");
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** Three digits, or all before the point. */
  private static String number(double x) {
    return String.format(Locale.ROOT, x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%,.0f", x);
  }
}
