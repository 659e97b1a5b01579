package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.driver.MemoryMap;
import java.util.List;
import java.util.Locale;

/**
 * Draws an arena over time as SVG: kernel calls from left to right, bytes from the bottom to the
 * top. Places along the calls are in percent, so that the drawing takes whatever width there is.
 */
final class MemorySvg {
  private static final double HEIGHT = 220;

  /** Buffers that lie side by side differ in colour; the style sheet has so many. */
  private static final int COLOURS = 6;

  private static final int MOST_NAME = 60;

  private MemorySvg() {}

  /**
   * The drawing.
   *
   * @param calls what each call computes
   * @param scale bytes at the upper edge, at least those of the arena
   */
  static String of(MemoryMap.Arena arena, List<String> calls, long scale, String label) {
    Markup svg = new Markup();
    svg.open(
        "svg",
        "class",
        "memory",
        "role",
        "img",
        "aria-label",
        label,
        "width",
        "100%",
        "height",
        number(HEIGHT));
    double count = Math.max(1, calls.size());
    int colour = 0;
    for (MemoryMap.Buffer b : arena.buffers()) {
      double top = HEIGHT - HEIGHT * (b.offset() + b.bytes()) / scale;
      svg.open(
          "rect",
          "class",
          b.scratch() ? "scratch" : "c" + colour++ % COLOURS,
          "x",
          number(100 * b.firstCall() / count) + "%",
          "width",
          number(100 * (b.lastCall() - b.firstCall() + 1) / count) + "%",
          "y",
          number(top),
          "height",
          number(HEIGHT * b.bytes() / scale));
      svg.element("title", title(b, calls)).closeLine();
    }
    line(svg, "bound", arena.lowerBoundBytes(), scale);
    line(svg, "size", arena.bytes(), scale);
    return svg.close().toString();
  }

  private static void line(Markup svg, String kind, long bytes, long scale) {
    String y = number(HEIGHT - HEIGHT * bytes / scale);
    svg.open("line", "class", kind, "x1", "0%", "x2", "100%", "y1", y, "y2", y).closeLine();
  }

  private static String title(MemoryMap.Buffer b, List<String> calls) {
    return String.format(
        Locale.ROOT,
        "%,d bytes at %,d%s\ncalls %d to %d\nfrom %s\nto %s",
        b.bytes(),
        b.offset(),
        b.scratch() ? ", scratch" : "",
        b.firstCall(),
        b.lastCall(),
        name(calls.get(b.firstCall())),
        name(calls.get(b.lastCall())));
  }

  private static String name(String comment) {
    return comment.length() <= MOST_NAME ? comment : comment.substring(0, MOST_NAME) + "…";
  }

  private static String number(double d) {
    return String.format(Locale.ROOT, "%.3f", d);
  }
}
