package dev.coppice.compiler.compress.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.compress.model.KeptChannels;
import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.testing.Recipes;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CounterpartsTest {
  private static List<String> texts(List<Comparison> comparisons) {
    return comparisons.stream().map(Comparison::text).toList();
  }

  /** Two convolutions of one input, side by side in one value or not. */
  private static OnnxGraph branches(boolean joined) {
    OnnxModels model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2, 4, 4)
            .initializer("v", Reports.random(1, 3, 2, 1, 1))
            .initializer("w", Reports.random(2, 5, 2, 1, 1))
            .node("one", "a = Conv(x, v)")
            .node("two", "b = Conv(x, w)");
    return OnnxGraph.of(
        joined
            ? model
                .node("both", "c = Concat(a, b)", OnnxModels.attribute("axis", 1))
                .node("y = Relu(c)")
                .output("y", DType.FLOAT32, 1, 8, 4, 4)
                .model(17)
            : model
                .node("y = ReduceMean(a)", OnnxModels.attribute("axes", new int[] {1}))
                .node("z = Relu(b)")
                .output("y", DType.FLOAT32, 1, 1, 4, 4)
                .output("z", DType.FLOAT32, 1, 5, 4, 4)
                .model(17),
        ImportOptions.of("branches.onnx"));
  }

  @Test
  void layersThatWereMergedAreComparedByWhatIsLeft() {
    OnnxGraph original = branches(true);
    OnnxGraph merged = Recipes.run(original, "steps: [{method: merge}]").graph();
    assertEquals(1, merged.nodes().stream().filter(n -> Nodes.is(n, "Conv")).count());
    Counterparts all = new Counterparts(original, merged);
    assertEquals(List.of("the output of both behind it"), texts(all.ofGone("a")));
    assertEquals(List.of("the output of both behind it"), texts(all.ofGone("b")));
    assertEquals("its output", texts(all.ofLayer("c")).get(0));
  }

  @Test
  void whatComputesForSeveralIsComparedByAllThatIsSplitFromIt() {
    OnnxGraph original = branches(false);
    OnnxGraph merged = original.copy();
    String w = merged.addConstant("both", Reports.random(3, 8, 2, 1, 1));
    NodeProto one = merged.producer("a").orElseThrow();
    merged.remove(merged.producer("b").orElseThrow());
    merged.replace(
        one,
        List.of(
            Nodes.of("Conv", "all", List.of("x", w), List.of("ab")),
            Nodes.of(
                "Split",
                "cut",
                List.of("ab", merged.addConstant("sizes", Tensor.ofLongs(Shape.of(2), 3, 5))),
                List.of("a", "b"),
                Nodes.integer("axis", 1))));
    Counterparts all = new Counterparts(original, merged);
    List<Comparison> comparisons = all.ofLayer("ab");
    assertEquals(List.of("the outputs of cut behind it"), texts(comparisons));
    assertEquals(
        List.of("a", "b"),
        comparisons.get(0).pairs().stream().map(Comparison.Pair::before).toList());
    assertEquals(List.of("its output"), texts(all.ofGone("b")));
  }

  @Test
  void channelsThatAreNotKnownAreComparedBehindTheirReaders() {
    OnnxGraph original = branches(false);
    OnnxGraph narrow = original.copy();
    narrow.constant("v", Reports.random(1, 2, 2, 1, 1));
    List<String> behind = List.of("the output of y behind it");
    assertEquals(behind, texts(new Counterparts(original, narrow).ofLayer("a")));
    KeptChannels.of(narrow).then(Map.of("a", new int[] {0, 2})).record(narrow);
    assertEquals(
        List.of("2 of 3 channels of its output"),
        texts(new Counterparts(original, narrow).ofLayer("a")));
    KeptChannels.of(original).then(Map.of("a", new int[] {0, 2, 7})).record(narrow);
    assertEquals(behind, texts(new Counterparts(original, narrow).ofLayer("a")));
  }
}
