package dev.coppice.compiler.compress.binarize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.SmallNetwork;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EndLayersTest {
  @Test
  void areTheFirstAndTheLastOfAChain() {
    assertEquals(List.of("stem", "fc"), ends(SmallNetwork.of(13)));
  }

  @Test
  void areAllStemsAndHeads() {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 4)
            .input("z", DType.FLOAT32, 1, 4)
            .output("y")
            .output("v");
    for (String w : List.of("a", "b", "c", "d", "e")) {
      model.initializer(w, SmallNetwork.random(new Random(1), 1, 4, 4));
    }
    model
        .node("one", "p = MatMul(x, a)")
        .node("two", "q = MatMul(z, b)")
        .node("s = Add(p, q)")
        .node("middle", "t = MatMul(s, c)")
        .node("r = Relu(t)")
        .node("head", "y = MatMul(r, d)")
        .node("other", "u = MatMul(r, e)")
        .node("v = Softmax(u)");
    OnnxGraph graph = OnnxGraph.of(model.model(13), ImportOptions.of("heads.onnx"));
    assertEquals(List.of("one", "two", "head", "other"), ends(graph));
  }

  private static List<String> ends(OnnxGraph graph) {
    EndLayers ends = EndLayers.of(graph);
    return Layer.of(graph).stream().filter(ends::contains).map(Layer::label).toList();
  }
}
