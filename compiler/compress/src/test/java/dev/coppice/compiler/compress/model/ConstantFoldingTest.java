package dev.coppice.compiler.compress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConstantFoldingTest {
  private static final Tensor DATA = Tensor.ofFloats(Shape.of(2), 1, 2);

  @Test
  void nodesOfConstantsAloneAreFoldedOneAfterTheOther() {
    NodeProto first = node("Neg", "a", "w");
    NodeProto second = node("Abs", "b", "a");
    NodeProto product = node("Mul", "y", "x", "b");
    ConstantFolding folding = fold(List.of(first, second, product), Set.of("y"));
    assertEquals(List.of(product), folding.left());
    assertEquals(List.of("a", "b"), List.copyOf(folding.constants().keySet()));
  }

  @Test
  void storedFormsAndWhatFollowsFromThemStay() {
    List<NodeProto> nodes = List.of(node("Cast", "a", "w"), node("Neg", "b", "a"));
    assertEquals(nodes, fold(nodes, Set.of()).left());
    ConstantFolding all = ConstantFolding.ofAll(nodes, Map.of("a", DATA, "b", DATA), Set.of());
    assertEquals(List.of(), all.left());
    assertEquals(Map.of("a", DATA, "b", DATA), all.constants());
  }

  @Test
  void outputsBodiesSeveralResultsAndUnknownValuesStay() {
    NodeProto output = node("Neg", "a", "w");
    NodeProto several =
        Nodes.of("Split", "", List.of("w"), List.of("b", "c"), Nodes.integer("num_outputs", 2));
    NodeProto body =
        Nodes.of(
            "If",
            "",
            List.of("w"),
            List.of("d"),
            AttributeProto.newBuilder()
                .setName("then_branch")
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(GraphProto.getDefaultInstance())
                .build());
    NodeProto unknown = node("Neg", "e", "w");
    List<NodeProto> nodes = List.of(output, several, body, unknown);
    assertEquals(nodes, fold(nodes, Set.of("a")).left());
    Map<String, Tensor> known = Map.of("a", DATA, "b", DATA, "c", DATA, "d", DATA);
    assertEquals(nodes, ConstantFolding.ofAll(nodes, known, Set.of("a")).left());
  }

  private static ConstantFolding fold(List<NodeProto> nodes, Set<String> outputs) {
    Map<String, Tensor> known = Map.of("a", DATA, "b", DATA, "c", DATA, "d", DATA);
    return ConstantFolding.of(nodes, Set.of("w"), known, outputs);
  }

  private static NodeProto node(String type, String to, String... from) {
    return Nodes.of(type, "", List.of(from), List.of(to));
  }
}
