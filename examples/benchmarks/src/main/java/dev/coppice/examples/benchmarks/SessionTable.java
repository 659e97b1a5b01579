package dev.coppice.examples.benchmarks;

import dev.coppice.examples.benchmarks.Measurement.Compiled;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A session as Markdown: what README shows. */
final class SessionTable {
  private SessionTable() {}

  /** The text, lines ended by {@code \n}. */
  static String markdown(Session session) {
    StringBuilder text = new StringBuilder(head(session)).append("\n\n");
    List<String> titles = new ArrayList<>(List.of("network", "MMAC", "ONNX Runtime, us"));
    boolean threads = session.measurements().stream().anyMatch(m -> m.peerThreads().isPresent());
    if (threads) {
      titles.add("its default threads, us");
    }
    for (String b : session.backends()) {
      titles.addAll(List.of(b + ", us", "p90", "relative", "GFLOP/s", "of the roofline", "B/run"));
    }
    row(text, titles);
    text.append("|---").append("|---:".repeat(titles.size() - 1)).append("|\n");
    for (Measurement m : session.measurements()) {
      List<String> cells = new ArrayList<>();
      cells.add(m.name());
      cells.add(number(m.compiled(session.backends().get(0)).work().macs() / 1e6));
      cells.add(number(m.peer().medianMicros()));
      if (threads) {
        cells.add(m.peerThreads().map(l -> number(l.medianMicros())).orElse(""));
      }
      for (String b : session.backends()) {
        backend(cells, m, b);
      }
      row(text, cells);
    }
    text.append('\n');
    for (String b : session.backends()) {
      double mean = session.mean(b);
      if (!Double.isNaN(mean)) {
        text.append(
            String.format(
                Locale.ROOT, "Geometric mean of the dense networks, %s: **%.2f**.%n", b, mean));
      }
    }
    return text.toString().replace("\r\n", "\n");
  }

  private static String head(Session s) {
    return String.format(
        Locale.ROOT,
        """
        Median time of a run on one thread and its time relative to ONNX Runtime %s, measured in \
        turns in one process. %s. \
        Peak of the core: %.0f GFLOP/s of fused multiply-adds, %.1f GB/s from memory. The roofline \
        is the larger of executed operations at that peak (Winograd convolutions execute fewer \
        than they stand for) and bytes of weights and values at the bandwidth of a stream as long.""",
        s.runtime(),
        s.machine(),
        s.peak().gflops(),
        s.peak().gigabytes());
  }

  private static void backend(List<String> cells, Measurement m, String backend) {
    Compiled c = m.compiled(backend);
    cells.add(number(c.latency().medianMicros()));
    cells.add(number(c.latency().p90Micros()));
    cells.add(
        String.format(Locale.ROOT, "%.2f", m.ratio(backend))
            + (c.difference().agrees() ? "" : " WRONG"));
    boolean counted = m.group() != Network.Group.COMPRESSED;
    cells.add(counted ? String.format(Locale.ROOT, "%.0f", c.gflops()) : "");
    cells.add(counted ? String.format(Locale.ROOT, "%.0f %%", 100 * c.share()) : "");
    cells.add(String.format(Locale.ROOT, "%.0f", c.allocatedBytes()));
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** Three digits, or all before the point. */
  private static String number(double x) {
    return String.format(Locale.ROOT, x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%,.0f", x);
  }
}
