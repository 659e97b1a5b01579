package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.report.DrawnGraph.DrawnNode;
import dev.coppice.compiler.compress.report.DrawnGraph.Mark;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GraphComparisonTest {
  @Test
  void marksWhatIsRemovedAddedAndChanged() {
    GraphComparison graphs = Reports.report().graphs();
    Map<String, Mark> before = marks(graphs.before());
    Map<String, Mark> after = marks(graphs.after());
    assertEquals(Mark.REMOVED, before.get("n"));
    assertEquals(Mark.REMOVED, before.get("m"));
    assertEquals(Mark.CHANGED, before.get("c2"));
    assertEquals(Mark.CHANGED, after.get("c2"));
    assertEquals(Mark.ADDED, after.get("added" + Reports.HOSTILE));
    assertEquals(Mark.SAME, before.get("fc"));
    assertEquals(Mark.SAME, after.get("fc"));
    assertEquals(Mark.SAME, after.get("x"));
  }

  @Test
  void sayWhatChanged() {
    OnnxGraph before = Reports.graph();
    OnnxGraph after = before.copy();
    NodeProto fc = after.producer("y").orElseThrow();
    TensorType int8 = TensorType.of(DType.INT8, 4, 3);
    String levels = after.addConstant("q", Tensor.fromLongs(int8, i -> i - 5));
    String scale = after.addConstant("scale", Tensor.scalar(0.1f));
    after.replace(
        fc,
        List.of(
            Nodes.of("DequantizeLinear", "dq", List.of(levels, scale), List.of("d")),
            Nodes.withInput(fc, 1, "d")));
    after.sweep();
    GraphComparison graphs = GraphComparison.of(before, after);
    DrawnNode node =
        graphs.after().nodes().stream()
            .filter(n -> n.name().equals("fc"))
            .findFirst()
            .orElseThrow();
    assertEquals(Mark.CHANGED, node.mark());
    assertEquals("f32 → i8, one scale", node.note());
    // What only decodes a constant is not drawn.
    assertEquals(graphs.before().nodes().size(), graphs.after().nodes().size());
    assertTrue(graphs.after().nodes().stream().noneMatch(n -> n.name().equals("dq")));
  }

  @Test
  void equalGraphsHaveNoMarks() {
    GraphComparison graphs = GraphComparison.of(Reports.graph(), Reports.graph());
    assertTrue(graphs.before().nodes().stream().allMatch(n -> n.mark() == Mark.SAME));
    assertTrue(graphs.after().nodes().stream().allMatch(n -> n.mark() == Mark.SAME));
    assertEquals("1×4×6×6", graphs.after().nodes().get(1).shape());
    assertEquals(Shape.of(1, 3), Reports.graph().shape("y"));
  }

  private static Map<String, Mark> marks(DrawnGraph graph) {
    Map<String, Mark> marks = new LinkedHashMap<>();
    graph.nodes().forEach(n -> marks.put(n.name(), n.mark()));
    return marks;
  }
}
