package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.graph;
import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OnnxImporterTest {
  private static final String INVALID = " The model is not valid ONNX; re-export it.";

  private static OnnxModels model(Object... dims) {
    return OnnxModels.graph().input("x", DType.FLOAT32, dims).output("y");
  }

  @Test
  void namesFollowTheModel() {
    Graph graph = graph(model(2).node("act", "y = Relu(x)").model(13));
    assertEquals("test", graph.name());
    assertEquals("act", graph.nodes().get(0).name());
    assertEquals(List.of("act"), graph.nodes().get(0).origin().nodes());
    assertEquals("y", graph.outputs().get(0).name());
  }

  @Test
  void nodesAreSortedAndDeadOnesLeftOut() {
    becomes(
        model(2)
            .node("y = Relu(b)")
            .node("dead = Unheard(x)")
            .node("b = Neg(a)")
            .node("a = Abs(x)")
            .model(13),
        "a = Abs(x)  # f32[2]",
        "b = Neg(a)  # f32[2]",
        "y = Relu(b)  # f32[2]");
  }

  @Test
  void initializersThatAreInputsToo() {
    ModelProto model =
        model(2)
            .input("w", DType.FLOAT32, 2)
            .initializer("w", Tensor.ofFloats(Shape.of(2), 1, 2))
            .node("y = Add(x, w)")
            .model(7);
    becomes(model, "y = Add(x, w: f32[2] = [1.0, 2.0])  # f32[2]");
    assertEquals(1, graph(model).inputs().size());
  }

  @Test
  void inputsAndConstantsMayBeOutputs() {
    becomes(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .output("x")
            .output("c", DType.INT64, 2)
            .node("c = Constant()", attribute("value_ints", new int[] {3, 4}))
            .model(13),
        "const c: i64[2] = [3, 4]");
  }

  @Test
  void equalNodeNamesAreToldApart() {
    Graph graph = graph(model(2).node("n", "a = Relu(x)").node("n", "y = Abs(a)").model(13));
    assertEquals("n", graph.nodes().get(0).name());
    assertEquals("n_1", graph.nodes().get(1).name());
  }

  @Test
  void refusesGraphsThatAreNotOne() {
    refused(
        OnnxModels.graph().input("x", DType.FLOAT32, 2).node("y = Relu(x)").model(13),
        "[GraphInvalid] m.onnx: the graph has no outputs." + INVALID);
    refused(
        model(2).model(13), "[GraphInvalid] m.onnx: output 'y' is computed by no node." + INVALID);
    refused(
        model(2).node("act", "y = Relu(z)").model(13),
        "[GraphInvalid] m.onnx, node 'act' (Relu): it reads 'z', which is no input, constant or"
            + " result of a node."
            + INVALID);
    refused(
        model(2).node("y = Relu(b)").node("b = Relu(a)").node("a = Relu(b)").model(13),
        "[GraphInvalid] m.onnx: nodes 'b', 'a' depend on each other in a circle." + INVALID);
    refused(
        model(2).node("y = Add(x, y)").model(13),
        "[GraphInvalid] m.onnx: node 'y' depends on its own result." + INVALID);
  }

  @Test
  void namesAtMostEightNodesOfACircle() {
    OnnxModels circle = model(2);
    for (int i = 0; i < 10; i++) {
      circle.node(
          "n" + i, (i == 9 ? "y" : "v" + i) + " = Relu(" + (i == 0 ? "y" : "v" + (i - 1)) + ")");
    }
    refused(
        circle.model(13),
        "[GraphInvalid] m.onnx: nodes 'n0', 'n9', 'n8', 'n7', 'n6', 'n5', 'n4', 'n3' and 2 more depend"
            + " on each other in a circle."
            + INVALID);
  }

  @Test
  void refusesNamesWithTwoMeanings() {
    refused(
        model(2).node("a", "y = Relu(x)").node("b", "y = Abs(x)").model(13),
        "[GraphInvalid] m.onnx, node 'b' (Abs): its result 'y' has a second definition." + INVALID);
    refused(
        model(2).node("a", "x = Relu(x)").node("y = Relu(x)").model(13),
        "[GraphInvalid] m.onnx, node 'a' (Relu): its result 'x' has a second definition."
            + INVALID);
    refused(
        model(2).input("x", DType.FLOAT32, 3).node("y = Relu(x)").model(13),
        "[GraphInvalid] m.onnx: input 'x' is declared twice." + INVALID);
    refused(
        model(2).output("y").node("y = Relu(x)").model(13),
        "[GraphInvalid] m.onnx: output 'y' is declared twice." + INVALID);
    refused(
        model(2)
            .initializer("w", Tensor.scalar(1))
            .initializer("w", Tensor.scalar(2))
            .node("y = Add(x, w)")
            .model(13),
        "[GraphInvalid] m.onnx: initializer 'w' is defined twice." + INVALID);
  }

  @Test
  void opsetsAreChecked() {
    refused(
        model(2).node("y = Relu(x)").model(5),
        "[UnsupportedOpset] m.onnx: opset 5 of 'ai.onnx' is outside the supported range 6..27."
            + " Re-export with an opset of that range, best 13 or newer.");
    refused(
        model(2).node("y = Relu(x)").model(999),
        "[UnsupportedOpset] m.onnx: opset 999 of 'ai.onnx' is outside the supported range 6..27."
            + " Re-export with an opset of that range, best 13 or newer.");
    ModelProto model = model(2).node("y = Relu(x)").model(13);
    refused(
        model.toBuilder().clearOpsetImport().build(),
        "[GraphInvalid] m.onnx: the model imports no opset of 'ai.onnx'." + INVALID);
    refused(
        model.toBuilder()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(14))
            .build(),
        "[GraphInvalid] m.onnx: several opsets of 'ai.onnx' are imported: [13, 14]." + INVALID);
    becomes(
        model.toBuilder()
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.acme").setVersion(1))
            .build(),
        "y = Relu(x)  # f32[2]");
  }

  @Test
  void operatorsAreCheckedAgainstTheOpset() {
    refused(
        model(2).node("y = Mish(x)").model(17),
        "[BadNode] m.onnx, node 'y' (Mish): the operator exists since opset 18, the model uses opset"
            + " 17."
            + INVALID);
    refused(
        model(2).node("y = Relu(x, x)").model(17),
        "[BadNode] m.onnx, node 'y' (Relu): it has 2 operands, expected 1." + INVALID);
    refused(
        model(2).node("y = Clip()").model(17),
        "[BadNode] m.onnx, node 'y' (Clip): it has 0 operands, expected 1 to 3." + INVALID);
    refused(
        model(2).node("y = Sum()").model(17),
        "[BadNode] m.onnx, node 'y' (Sum): it has 0 operands, expected at least 1." + INVALID);
    refused(
        model(2).node("y, z = Relu(x)").model(17),
        "[BadNode] m.onnx, node 'y' (Relu): it has 2 results, expected at most 1." + INVALID);
    refused(
        model(2).node("y = Add(x, )").model(17),
        "[BadNode] m.onnx, node 'y' (Add): operand 1 is missing." + INVALID);
  }

  @Test
  void attributesAreChecked() {
    refused(
        model(2).node("y = Relu(x)", attribute("slope", 1f)).model(17),
        "[UnsupportedAttribute] m.onnx, node 'y' (Relu): attribute 'slope' is not supported; the"
            + " operator has no such attribute in this opset. Re-export the model without it.");
    refused(
        model(2).node("y = Elu(x)", attribute("alpha", 1)).model(17),
        "[BadNode] m.onnx, node 'y' (Elu): attribute 'alpha' is of type INT, expected FLOAT."
            + INVALID);
    refused(
        model(2).node("y = Elu(x)", attribute("alpha", 1f), attribute("alpha", 2f)).model(17),
        "[BadNode] m.onnx, node 'y' (Elu): attribute 'alpha' is given twice." + INVALID);
    refused(
        model(2).node("y = Concat(x)").model(17),
        "[BadNode] m.onnx, node 'y' (Concat): attribute 'axis' is missing." + INVALID);
    refused(
        model(2).node("y = Flatten(x)", attribute("axis", 1L << 40)).model(17),
        "[BadNode] m.onnx, node 'y' (Flatten): attribute 'axis' is 1099511627776, which is out of"
            + " range."
            + INVALID);
    refused(
        model(2).node("y = Flatten(x)", attribute("axis", 3)).model(17),
        "[BadNode] m.onnx, node 'y' (Flatten): axis 3 is outside the 1 axes of the operand."
            + INVALID);
    refused(
        model(2).node("y = ReduceSum(x)", attribute("keepdims", 2)).model(17),
        "[BadNode] m.onnx, node 'y' (ReduceSum): attribute 'keepdims' is 2, expected 0 or 1."
            + INVALID);
    refused(
        model(2).node("y = Transpose(x)", attribute("perm", new long[] {1L << 40})).model(17),
        "[BadNode] m.onnx, node 'y' (Transpose): attribute 'perm' holds 1099511627776, which is out"
            + " of range."
            + INVALID);
  }

  @Test
  void everythingUnsupportedIsToldAtOnce() {
    NodeProto foreign =
        OnnxModels.nodeOf("f", "b = Fancy(a)").toBuilder().setDomain("com.acme").build();
    refused(
        model(2)
            .node("one", "a = Unheard(x)")
            .node(foreign)
            .node("three", "c = Relu(x)", attribute("slope", 1f))
            .node("four", "y = Sum(a, b, c)")
            .node("five", "z = Another(x)")
            .output("z")
            .model(13),
        "[UnsupportedOperator] m.onnx, node 'one' (Unheard): operator 'Unheard' of domain 'ai.onnx'"
            + " is not supported. Run 'coppice ops' for what is, and re-export the model without"
            + " it.\n"
            + "[UnsupportedOperator] m.onnx, node 'f' (Fancy): operator 'Fancy' of domain 'com.acme'"
            + " is not supported. Run 'coppice ops' for what is, and re-export the model without"
            + " it.\n"
            + "[UnsupportedAttribute] m.onnx, node 'three' (Relu): attribute 'slope' is not"
            + " supported; the operator has no such attribute in this opset. Re-export the model"
            + " without it.\n"
            + "[UnsupportedOperator] m.onnx, node 'five' (Another): operator 'Another' of domain"
            + " 'ai.onnx' is not supported. Run 'coppice ops' for what is, and re-export the model"
            + " without it.");
  }

  @Test
  void declaredOutputTypesMustFit() {
    becomes(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2, 3)
            .output("y", DType.FLOAT32, "anything", 3)
            .node("y = Relu(x)")
            .model(13),
        "y = Relu(x)  # f32[2,3]");
    String remedy =
        " Re-export the model, or bind the dimensions that it was exported for with --dim.";
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2, 3)
            .output("y", DType.FLOAT32, "N", 4)
            .node("y = Relu(x)")
            .model(13),
        "[OutputContradiction] m.onnx: output 'y' is declared as f32[N,4], but its nodes compute"
            + " f32[2,3]."
            + remedy);
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .output("y", DType.INT64, "")
            .node("y = Relu(x)")
            .model(13),
        "[OutputContradiction] m.onnx: output 'y' is declared as i64[?], but its nodes compute f32[2]."
            + remedy);
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .output("y", DType.FLOAT32, 2, 1)
            .node("y = Relu(x)")
            .model(13),
        "[OutputContradiction] m.onnx: output 'y' is declared as f32[2,1], but its nodes compute"
            + " f32[2]."
            + remedy);
  }

  @Test
  void inputsMustBeTensorsOfNumbers() {
    ValueInfoProto map =
        ValueInfoProto.newBuilder()
            .setName("x")
            .setType(TypeProto.newBuilder().setMapType(TypeProto.Map.newBuilder()))
            .build();
    refused(
        OnnxModels.graph().input(map).output("y").node("y = Relu(x)").model(13),
        "[UnsupportedType] m.onnx: element type MAP_TYPE is not supported here; input 'x' has"
            + " it. Convert the model to float32.");
    ValueInfoProto strings =
        ValueInfoProto.newBuilder()
            .setName("x")
            .setType(
                TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(8)))
            .build();
    refused(
        OnnxModels.graph().input(strings).output("y").node("y = Relu(x)").model(13),
        "[UnsupportedStrings] m.onnx: input 'x' holds strings, which are not supported. Turn them"
            + " into numbers in Java before the model runs, and export the model without them.");
  }

  @Test
  void largeModelsTakeNoLongerThanTheirSize() {
    OnnxModels chain = model(4);
    OnnxModels foreign = OnnxModels.graph().input("x", DType.FLOAT32, 4);
    for (int i = 0; i < 20_000; i++) {
      chain.node(
          "same",
          (i == 19_999 ? "y" : "v" + i) + " = Relu(" + (i == 0 ? "x" : "v" + (i - 1)) + ")");
      foreign.node("n" + i, "v" + i + " = Unheard(x)").output("v" + i);
    }
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          assertEquals(20_000, graph(chain.model(13)).nodes().size());
          CompileException e = assertThrows(CompileException.class, () -> graph(foreign.model(13)));
          assertEquals(20_000, e.diagnostics().size());
        });
  }
}
