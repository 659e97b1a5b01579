package dev.coppice.compiler.compress.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class DropSoftmaxTest {
  private static final String RULE = "drop-softmax";

  @Test
  void theOutputKeepsItsName() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 2, 3)
                .node("t = Neg(x)")
                .node("y = Softmax(t)")
                .output("y")
                .model(13),
            ImportOptions.of("m.onnx"));
    Merge.run(new Merging(graph, l -> true, false), List.of(MergeCase.rule(RULE)));
    assertEquals(1, graph.nodes().size());
    assertEquals("y", graph.nodes().get(0).getOutput(0));
  }

  @Test
  void doesNotFireWithin() {
    MergeCase.of(2, 3).node("t = Softmax(x)").node("y = Neg(t)").stays(RULE);
    MergeCase.of(2, 3).node("t = Softmax(x)").node("y = Neg(t)").outputs("y", "t").stays(RULE);
    MergeCase.of(2, 3).node("y = Softmax(x)").stays(RULE);
  }
}
