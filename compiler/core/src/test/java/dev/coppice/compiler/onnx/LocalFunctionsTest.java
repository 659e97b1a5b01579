package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.coppice.compiler.diag.CompileException;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto;
import dev.coppice.compiler.onnx.wire.proto.AttributeProto.AttributeType;
import dev.coppice.compiler.onnx.wire.proto.FunctionProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Functions that a model brings along are imported as their bodies. */
final class LocalFunctionsTest {
  private static final String INVALID = " The model is not valid ONNX; re-export it.";

  private static FunctionProto function(String name, List<String> inputs, NodeProto... body) {
    return FunctionProto.newBuilder()
        .setDomain("local")
        .setName(name)
        .addAllInput(inputs)
        .addOutput("r")
        .addAllNode(Arrays.asList(body))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .build();
  }

  private static NodeProto call(String name, String call, AttributeProto... attributes) {
    return OnnxModels.nodeOf(name, call, attributes).toBuilder().setDomain("local").build();
  }

  private static ModelProto model(List<FunctionProto> functions, NodeProto... nodes) {
    OnnxModels graph = OnnxModels.graph().input("x", DType.FLOAT32, 2).output("y");
    Arrays.stream(nodes).forEach(graph::node);
    return graph.model(17).toBuilder().addAllFunctions(functions).build();
  }

  private static AttributeProto reference(String name, String to) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.FLOAT)
        .setRefAttrName(to)
        .build();
  }

  @Test
  void attributesAndAbsentOperandsAreBound() {
    FunctionProto leaky =
        function(
                "Leaky",
                List.of("a", "hi"),
                OnnxModels.nodeOf("", "t = LeakyRelu(a)", reference("alpha", "slope")),
                OnnxModels.nodeOf("", "r = Clip(t, , hi)"))
            .toBuilder()
            .addAttributeProto(attribute("slope", 0.5f))
            .build();
    becomes(
        model(
            List.of(leaky),
            call("one", "u = Leaky(x)", attribute("slope", 0.25f)),
            call("two", "y = Leaky(u)")),
        "t = LeakyRelu(x) {alpha=0.25}  # f32[2]",
        "t_1 = LeakyRelu(t) {alpha=0.5}  # f32[2]");
  }

  @Test
  void functionsMayCallFunctionsButNotForEver() {
    FunctionProto inner = function("Inner", List.of("a"), OnnxModels.nodeOf("", "r = Abs(a)"));
    FunctionProto outer = function("Outer", List.of("a"), call("", "r = Inner(a)"));
    becomes(model(List.of(inner, outer), call("", "y = Outer(x)")), "r = Abs(x)  # f32[2]");
    FunctionProto endless = function("Endless", List.of("a"), call("", "r = Endless(a)"));
    refused(
        model(List.of(endless), call("", "y = Endless(x)")),
        "[GraphInvalid] m.onnx, node 'y"
            + "/r".repeat(32)
            + "' (Endless): function 'Endless' is called more than 32 levels deep."
            + INVALID);
  }

  @Test
  void functionsThatDoubleAreStopped() {
    FunctionProto[] functions = new FunctionProto[30];
    functions[0] = function("F0", List.of("a"), OnnxModels.nodeOf("", "r = Abs(a)"));
    for (int i = 1; i < functions.length; i++) {
      String below = "F" + (i - 1);
      functions[i] =
          function(
              "F" + i,
              List.of("a"),
              call("", "b = " + below + "(a)"),
              call("", "r = " + below + "(b)"));
    }
    ModelProto bomb = model(List.of(functions), call("", "y = F29(x)"));
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> assertThrows(CompileException.class, () -> Imports.graph(bomb)));
  }

  @Test
  void refusesFunctionsThatDoNotFit() {
    FunctionProto f = function("F", List.of("a"), OnnxModels.nodeOf("", "r = Abs(a)"));
    refused(
        model(List.of(f, f), call("", "y = F(x)")),
        "[GraphInvalid] m.onnx: function 'F' of domain 'local' is defined twice." + INVALID);
    refused(
        model(List.of(f), call("", "y = F(x, x)")),
        "[BadNode] m.onnx, node 'y' (F): the call has more operands or results than the function."
            + INVALID);
    refused(
        model(List.of(f), call("", "y = G(x)")),
        "[UnsupportedOperator] m.onnx, node 'y' (G): operator 'G' of domain 'local' is not supported."
            + " Run 'coppice ops' for what is, and re-export the model without it.");
    FunctionProto open = function("F", List.of("a"), OnnxModels.nodeOf("", "r = Abs(x)"));
    refused(
        model(List.of(open), call("", "y = F(x)")),
        "[GraphInvalid] m.onnx, node 'y/r' (Abs): it reads 'x', which is no input, constant or result"
            + " of a node."
            + INVALID);
  }
}
