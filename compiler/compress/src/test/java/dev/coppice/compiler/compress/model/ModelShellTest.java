package dev.coppice.compiler.compress.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.onnx.OnnxImporter;
import dev.coppice.compiler.onnx.wire.proto.GraphProto;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.OperatorSetIdProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ModelShellTest {
  private static final ValueInfoProto TAP = ValueInfos.of("t", TensorType.of(DType.FLOAT32, 2));

  private final ModelProto model =
      OnnxModels.graph()
          .input("x", DType.FLOAT32, 2)
          .input("w", DType.FLOAT32, 2)
          .initializer("w", Tensor.ofFloats(Shape.of(2), 1, 2))
          .node("y = Mul(x, w)")
          .output("y", DType.FLOAT32, 2)
          .model(13);

  @Test
  void initializersAreNoInputs() {
    ModelShell shell = ModelShell.of(model);
    assertEquals(List.of("x"), shell.inputs());
    assertEquals(List.of("y"), shell.outputs());
  }

  @Test
  void filledItIsTheModelAgain() {
    GraphProto graph = model.getGraph();
    ModelProto again =
        ModelShell.of(model).filled(graph.getNodeList(), graph.getInitializerList(), List.of(TAP));
    assertEquals(graph.getNodeList(), again.getGraph().getNodeList());
    assertEquals(graph.getInitializerList(), again.getGraph().getInitializerList());
    assertEquals(List.of(graph.getOutput(0), TAP), again.getGraph().getOutputList());
    assertEquals(model.getOpsetImportList(), again.getOpsetImportList());
  }

  @Test
  void initializersThatAreNoInputsNeedFormatFour() {
    ModelProto old = model.toBuilder().setIrVersion(3).build();
    assertEquals(4, empty(ModelShell.of(old)).getIrVersion());
    ModelProto young = model.toBuilder().setIrVersion(9).build();
    assertEquals(9, empty(ModelShell.of(young)).getIrVersion());
  }

  @Test
  void theOpsetIsThatOfOnnxItself() {
    OperatorSetIdProto own = OperatorSetIdProto.newBuilder().setDomain("own").setVersion(2).build();
    OperatorSetIdProto onnx =
        OperatorSetIdProto.newBuilder().setDomain("ai.onnx").setVersion(11).build();
    ModelShell shell =
        ModelShell.of(
            model.toBuilder().clearOpsetImport().addOpsetImport(own).addOpsetImport(onnx).build());
    assertEquals(11, shell.opset());
    ModelProto upgraded = empty(shell.withOpset(13));
    assertEquals(own, upgraded.getOpsetImport(0));
    assertEquals(13, upgraded.getOpsetImport(1).getVersion());
    ModelProto none = model.toBuilder().clearOpsetImport().build();
    assertEquals(OnnxImporter.NEWEST_OPSET, ModelShell.of(none).opset());
  }

  @Test
  void metadataIsReplaced() {
    ModelShell shell = ModelShell.of(model).withMetadata("a", "1").withMetadata("b", "2");
    assertEquals(Optional.empty(), ModelShell.of(model).metadata("a"));
    ModelShell changed = shell.withMetadata("a", "3");
    assertEquals(Optional.of("3"), changed.metadata("a"));
    assertEquals(Optional.of("2"), changed.metadata("b"));
    assertEquals(2, empty(changed).getMetadataPropsCount());
  }

  @Test
  void inputsAndOutputsAreReplaced() {
    ModelShell part = ModelShell.of(model).withOpset(12).with(List.of(TAP), List.of());
    assertEquals(List.of("t"), part.inputs());
    assertEquals(List.of(), part.outputs());
    assertEquals(12, part.opset());
  }

  private static ModelProto empty(ModelShell shell) {
    return shell.filled(List.of(), List.of(), List.of());
  }
}
