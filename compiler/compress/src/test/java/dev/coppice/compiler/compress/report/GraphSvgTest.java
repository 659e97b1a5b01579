package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.report.DrawnGraph.DrawnNode;
import dev.coppice.compiler.compress.report.DrawnGraph.Edge;
import dev.coppice.compiler.compress.report.DrawnGraph.Mark;
import java.util.List;
import org.junit.jupiter.api.Test;

class GraphSvgTest {
  @Test
  void nodesHaveTheirMarksAndWhatNamesAre() {
    String svg =
        GraphSvg.of(
            new DrawnGraph(
                List.of(
                    new DrawnNode("x", "input", "1×2", Mark.SAME, ""),
                    new DrawnNode("<a>", "Conv", "1×2", Mark.REMOVED, ""),
                    new DrawnNode("b", "Relu", "1×2", Mark.CHANGED, "weights"),
                    new DrawnNode("c", "Add", "1×2", Mark.ADDED, "")),
                List.of(new Edge(0, 1), new Edge(0, 2), new Edge(1, 3), new Edge(2, 3))),
            "Graph");
    assertEquals(4, svg.split("<path class=\"edge\"", -1).length - 1);
    assertTrue(svg.contains("class=\"node removed\"><title>&lt;a&gt;\nConv 1×2\nremoved</title>"));
    assertTrue(svg.contains("changed: weights</title>"));
    assertTrue(svg.contains("class=\"node input\""));
    assertTrue(svg.contains(">+</text>"));
    assertFalse(svg.contains("<a>"));
  }

  @Test
  void longNamesOfOperatorsAreCut() {
    String op = "Operator".repeat(20);
    String svg =
        GraphSvg.of(
            new DrawnGraph(List.of(new DrawnNode("n", op, "1×2", Mark.SAME, "")), List.of()),
            "Graph");
    assertTrue(svg.contains("…</text>"));
    assertTrue(svg.contains("<title>n\n" + op));
  }
}
