package dev.coppice.compiler.compress.model;

import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.onnx.ImportOptions;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OnnxGraphTest {
  private static final Tensor W = Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

  private static OnnxGraph of(ModelProto model) {
    return OnnxGraph.of(model, ImportOptions.of("m.onnx"));
  }

  private static OnnxModels product() {
    return OnnxModels.graph()
        .input("x", DType.FLOAT32, 1, 3)
        .initializer("w", W)
        .output("y", DType.FLOAT32, 1, 2);
  }

  @Test
  void foldsWhatConstantsAloneMake() {
    OnnxGraph graph = of(product().node("t = Transpose(w)").node("y = MatMul(x, t)").model(13));
    assertEquals(List.of("MatMul"), types(graph));
    assertEquals(Shape.of(3, 2), graph.shape("t"));
    assertEquals(List.of("t"), graph.constants());
    assertEquals(4f, graph.constant("t").orElseThrow().floatAt(1));
  }

  @Test
  void keepsStoredForms() {
    OnnxGraph graph =
        of(
            OnnxModels.graph()
                .input("x", DType.FLOAT32, 1, 3)
                .initializer("codebook", Tensor.ofFloats(Shape.of(2), -1, 1))
                .initializer("i", Tensor.ofLongs(Shape.of(3, 2), 0, 1, 1, 0, 0, 1))
                .node("w = Gather(codebook, i)")
                .node("y = MatMul(x, w)")
                .output("y", DType.FLOAT32, 1, 2)
                .model(13));
    assertEquals(List.of("Gather", "MatMul"), types(graph));
    assertEquals(List.of(), Layer.of(graph));
  }

  @Test
  void leavesOutWhatNoOutputNeeds() {
    OnnxGraph graph =
        of(
            product()
                .initializer("v", W)
                .node("u = Relu(x)")
                .node("t = Transpose(w)")
                .node("y = MatMul(x, t)")
                .model(13));
    assertEquals(List.of("t"), graph.constants());
    assertFalse(graph.hasType("u"));
    assertThrows(IllegalArgumentException.class, () -> graph.type("u"));
  }

  @Test
  void copiesAreEditedByThemselves() {
    OnnxGraph graph = of(product().node("y = Gemm(x, w)", attribute("transB", 1)).model(13));
    OnnxGraph copy = graph.copy();
    copy.constant("w", Tensor.ofFloats(Shape.of(2, 3), 0, 0, 0, 0, 0, 0));
    NodeProto gemm = copy.nodes().get(0);
    copy.replace(gemm, List.of(gemm.toBuilder().setOutput(0, "z").build(), relu("z", "y")));
    assertEquals(List.of("Gemm"), types(graph));
    assertEquals(List.of("Gemm", "Relu"), types(copy));
    assertEquals(W, graph.constant("w").orElseThrow());
    assertEquals(Shape.of(1, 2), copy.shape("z"));
  }

  @Test
  void knowsProducersAndConsumers() {
    OnnxGraph graph =
        of(
            product()
                .node("g = Gemm(x, w)", attribute("transB", 1))
                .node("r = Relu(g)")
                .node("y = Add(g, r)")
                .model(13));
    assertEquals(
        List.of("Relu", "Add"), graph.consumers("g").stream().map(NodeProto::getOpType).toList());
    assertEquals(Optional.empty(), graph.soleConsumer("g"));
    assertEquals("Add", graph.soleConsumer("r").orElseThrow().getOpType());
    assertEquals(Optional.empty(), graph.soleConsumer("y"));
    assertEquals("Gemm", graph.producer("g").orElseThrow().getOpType());
  }

  @Test
  void putsNodesInOrder() {
    OnnxGraph graph =
        of(product().node("y = Relu(g)").node("g = Gemm(x, w)", attribute("transB", 1)).model(13));
    assertEquals(List.of("Gemm", "Relu"), types(graph));
  }

  @Test
  void refusesCycles() {
    ModelProto model =
        product().node("a = Add(x, b)").node("b = Relu(a)").node("y = Relu(b)").model(13);
    assertThrows(CompileException.class, () -> of(model));
  }

  @Test
  void givesTheModelBackUnchanged() {
    ModelProto model = product().node("y = Gemm(x, w)", attribute("transB", 1)).model(13);
    ModelProto again = of(model).toProto();
    assertEquals(model.getGraph().getNodeList(), again.getGraph().getNodeList());
    assertEquals(model.getGraph().getInitializerList(), again.getGraph().getInitializerList());
    assertEquals(again, of(again).toProto());
  }

  @Test
  void deliversTaps() {
    OnnxGraph graph =
        of(product().node("g = Gemm(x, w)", attribute("transB", 1)).node("y = Relu(g)").model(13));
    ModelProto tapped = graph.toProto(List.of("g"));
    assertEquals("g", tapped.getGraph().getOutput(1).getName());
    assertEquals(1, graph.toProto().getGraph().getOutputCount());
  }

  @Test
  void namesAreTakenOnce() {
    OnnxGraph graph = of(product().node("y = Gemm(x, w)", attribute("transB", 1)).model(13));
    assertEquals("w_1", graph.fresh("w"));
    assertEquals("w_2", graph.addConstant("w", W));
    assertTrue(graph.isConstant("w_2"));
  }

  @Test
  void nodesComputeWhatWasAConstant() {
    OnnxGraph graph = of(product().node("y = Gemm(x, w)", attribute("transB", 1)).model(13));
    NodeProto gemm = graph.nodes().get(0);
    String source = graph.addConstant("source", W);
    graph.compute("w", List.of(relu(source, "w")));
    assertEquals(List.of("Relu", "Gemm"), types(graph));
    assertEquals(gemm, graph.nodes().get(1));
    assertFalse(graph.isConstant("w"));
    assertEquals(W, graph.known("w").orElseThrow());
    assertThrows(IllegalArgumentException.class, () -> graph.compute("x", List.of(gemm)));
    assertThrows(IllegalArgumentException.class, () -> graph.compute(source, List.of(gemm)));
  }

  private static NodeProto relu(String from, String to) {
    return Nodes.of("Relu", "", List.of(from), List.of(to));
  }

  private static List<String> types(OnnxGraph graph) {
    return graph.nodes().stream().map(NodeProto::getOpType).toList();
  }
}
