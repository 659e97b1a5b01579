package dev.coppice.compiler.compress.report;

import dev.coppice.compiler.compress.report.BlockLayout.Place;
import dev.coppice.compiler.compress.report.DrawnGraph.DrawnNode;
import dev.coppice.compiler.compress.report.DrawnGraph.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a graph as SVG; colours come from the style sheet of the page. */
final class GraphSvg {
  /** More nodes are not drawn: a browser could not show them. */
  static final int MOST_NODES = 4000;

  private static final double MARGIN = 6;
  private static final double LEAST_WIDTH = 120;
  private static final double MOST_WIDTH = 230;
  private static final double CHARACTER = 6.3;
  private static final double PADDING = 26;

  private GraphSvg() {}

  /** The drawing; {@code label} tells what it is to those who cannot see it. */
  static String of(DrawnGraph graph, String label) {
    double width = blockWidth(graph);
    BlockLayout layout = BlockLayout.of(graph, width);
    double w = layout.width() + 2 * MARGIN;
    double h = layout.height() + 2 * MARGIN;
    Markup svg = new Markup();
    svg.open(
        "svg",
        "class",
        "graph",
        "role",
        "img",
        "aria-label",
        label,
        "width",
        number(w),
        "height",
        number(h),
        "viewBox",
        "0 0 " + number(w) + " " + number(h));
    for (List<Place> route : layout.routes()) {
      svg.open("path", "class", "edge", "d", path(route)).closeLine();
    }
    layout.blocks().forEach(b -> block(svg, graph, b, width));
    return svg.close().toString();
  }

  private static double blockWidth(DrawnGraph graph) {
    int most = 0;
    for (DrawnNode n : graph.nodes()) {
      most = Math.max(most, n.op().length() + 1 + n.shape().length());
    }
    return Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, Math.ceil(most * CHARACTER + PADDING)));
  }

  /** From the lower edge of a block along the places that are passed to the upper edge of one. */
  private static String path(List<Place> route) {
    StringBuilder d = new StringBuilder();
    Place from = route.get(0);
    d.append("M").append(point(from.center(), from.bottom()));
    double x = from.center();
    double y = from.bottom();
    for (Place to : route.subList(1, route.size())) {
      double half = (to.top() + y) / 2;
      d.append("C").append(point(x, half)).append(' ').append(point(to.center(), half));
      d.append(' ').append(point(to.center(), to.top()));
      if (!to.isBlock()) {
        d.append("L").append(point(to.center(), to.bottom()));
      }
      x = to.center();
      y = to.bottom();
    }
    return d.toString();
  }

  private static void block(Markup svg, DrawnGraph graph, Place block, double width) {
    double left = block.center() - width / 2;
    for (int row = 0; row < block.rows.size(); row++) {
      DrawnNode node = graph.nodes().get(block.rows.get(row));
      String kind = node.mark() == Mark.SAME && node.op().equals("input") ? "input" : name(node);
      double top = block.top() + row * BlockLayout.ROW;
      svg.open("g", "class", "node " + kind);
      svg.element("title", title(node));
      svg.open(
              "rect",
              "x",
              number(left + MARGIN),
              "y",
              number(top + MARGIN),
              "width",
              number(width),
              "height",
              number(BlockLayout.ROW))
          .close();
      double base = top + MARGIN + BlockLayout.ROW - 5;
      svg.element("text", sign(node), "x", number(left + MARGIN + 5), "y", number(base));
      int room = (int) ((width - PADDING) / CHARACTER);
      svg.element("text", fit(node.op(), room), "x", number(left + MARGIN + 15), "y", number(base));
      svg.element(
          "text",
          fit(node.shape(), room - node.op().length() - 1),
          "class",
          "shape",
          "x",
          number(left + MARGIN + width - 5),
          "y",
          number(base));
      svg.closeLine();
    }
  }

  private static String name(DrawnNode node) {
    return node.mark().name().toLowerCase(Locale.ROOT);
  }

  /** Marks are not told by colour alone. */
  private static String sign(DrawnNode node) {
    return switch (node.mark()) {
      case SAME -> "";
      case CHANGED -> "~";
      case REMOVED -> "−";
      case ADDED -> "+";
    };
  }

  private static String title(DrawnNode node) {
    List<String> lines = new ArrayList<>(List.of(node.name(), node.op() + " " + node.shape()));
    if (node.mark() != Mark.SAME) {
      lines.add(name(node) + (node.note().isEmpty() ? "" : ": " + node.note()));
    }
    return String.join("\n", lines);
  }

  private static String fit(String text, int room) {
    if (text.length() <= room) {
      return text;
    }
    return room < 3 ? "" : text.substring(0, room - 1) + "…";
  }

  private static String point(double x, double y) {
    return number(x + MARGIN) + "," + number(y + MARGIN);
  }

  private static String number(double d) {
    return d == Math.rint(d) ? Long.toString((long) d) : String.format(Locale.ROOT, "%.1f", d);
  }
}
