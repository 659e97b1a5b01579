package dev.coppice.compiler.compress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import org.junit.jupiter.api.Test;

class RewiringTest {
  @Test
  void nodesReadTheOtherValueAtEachPlaceAndOutputsDoNot() {
    OnnxGraph graph =
        OnnxGraph.of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 2, 3)
                .output("y", DType.FLOAT32, 2, 3)
                .output("g", DType.FLOAT32, 2, 3)
                .node("g = Neg(x)")
                .node("r = Relu(x)")
                .node("y = Add(g, g)")
                .model(13),
            ImportOptions.of("m.onnx"));
    Rewiring.apply(graph, "g", "r");
    assertEquals(List.of("r", "r"), graph.producer("y").orElseThrow().getInputList());
    assertEquals(List.of("y", "g"), graph.outputs());
    assertEquals("Neg", graph.producer("g").orElseThrow().getOpType());
  }
}
