package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.graph;
import static dev.coppice.compiler.onnx.Imports.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.diag.Diagnostic;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Symbolic dimensions and inputs that the user gives values. */
final class BindingTest {
  private static OnnxModels model(Object... dims) {
    return OnnxModels.graph().input("x", DType.FLOAT32, dims).output("y");
  }

  private static ModelProto relu(Object... dims) {
    return model(dims).node("y = Relu(x)").model(13);
  }

  private static ImportOptions dims(Map<String, Integer> dims) {
    return new ImportOptions(dims, Map.of(), "m.onnx");
  }

  private static ImportOptions binds(Map<String, String> binds) {
    return new ImportOptions(Map.of(), binds, "m.onnx");
  }

  private static List<String> notes(ModelProto model, ImportOptions options) {
    DiagnosticSink notes = new DiagnosticSink();
    OnnxImporter.importModel(model, options, notes);
    return notes.diagnostics().stream().map(Diagnostic::text).toList();
  }

  @Test
  void theBatchIsOneAndToldOnce() {
    ModelProto model =
        OnnxModels.graph()
            .input("s", DType.FLOAT32, 2, "N")
            .input("x", DType.FLOAT32, "N", 3)
            .input("z", DType.FLOAT32, "M", 3)
            .output("y")
            .node("y = Add(x, z)")
            .model(13);
    assertEquals("[2,1]", graph(model).inputs().get(0).type().shape().toString());
    assertEquals("[1,3]", graph(model).inputs().get(1).type().shape().toString());
    assertEquals(
        List.of(
            "[BatchIsOne] m.onnx: the batch dimension 'N' is taken as 1. Bind another size with --dim"
                + " NAME=VALUE."),
        notes(model, ImportOptions.of("m.onnx")));
  }

  @Test
  void aBoundBatchIsNotTold() {
    assertEquals(List.of(), notes(relu("N", 3), dims(Map.of("N", 4))));
    becomes(relu("N", 3), dims(Map.of("N", 4)), "y = Relu(x)  # f32[4,3]");
  }

  @Test
  void unnamedDimensionsAreBoundByInputAndAxis() {
    becomes(relu("", 3), "y = Relu(x)  # f32[1,3]");
    becomes(relu(1, ""), dims(Map.of("x:1", 5)), "y = Relu(x)  # f32[1,5]");
    refused(
        relu(1, ""),
        "[UnboundDimension] m.onnx: dimension 'x:1' of input 'x' has no size. Bind it with --dim"
            + " NAME=VALUE.");
  }

  @Test
  void everyOtherDimensionMustBeBound() {
    becomes(relu("N", "T"), dims(Map.of("T", 7)), "y = Relu(x)  # f32[1,7]");
    refused(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, "N", "T")
            .input("z", DType.FLOAT32, "N", "U")
            .output("y")
            .node("y = Add(x, z)")
            .model(13),
        "[UnboundDimension] m.onnx: dimension 'T' of input 'x' has no size. Bind it with --dim"
            + " NAME=VALUE.\n"
            + "[UnboundDimension] m.onnx: dimension 'U' of input 'z' has no size. Bind it with --dim"
            + " NAME=VALUE.");
  }

  @Test
  void dimsThatNameNothingAreRefused() {
    refused(
        relu("batch", 3),
        dims(Map.of("bacth", 4)),
        "[OptionInvalid] m.onnx: --dim bacth=4: there is no such symbolic dimension (did you mean"
            + " 'batch'?).");
    refused(
        relu(1, 3),
        dims(Map.of("N", 4)),
        "[OptionInvalid] m.onnx: --dim N=4: all dimensions are fixed.");
    refused(
        relu("N", 3),
        dims(Map.of("N", -1)),
        "[OptionInvalid] m.onnx: --dim N=-1: a size is 0 or more.");
  }

  @Test
  void boundInputsAreConstants() {
    ModelProto model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2)
            .input("k", DType.FLOAT32, 2)
            .output("y")
            .node("y = Mul(x, k)")
            .model(13);
    becomes(model, binds(Map.of("k", "1.5, 2")), "y = Mul(x, k: f32[2] = [1.5, 2.0])  # f32[2]");
    becomes(model, binds(Map.of("k", "3")), "y = Mul(x, k: f32[2] = 3.0)  # f32[2]");
    assertEquals(1, graph(model, binds(Map.of("k", "3"))).inputs().size());
    refused(
        model,
        binds(Map.of("k", "1,2,3")),
        "[OptionInvalid] m.onnx: --bind k=1,2,3: it gives 3 values, f32[2] takes 1 or 2.");
    refused(
        model,
        binds(Map.of("k", "loud")),
        "[OptionInvalid] m.onnx: --bind k=loud: 'loud' is not a number, expected f32.");
    refused(
        model,
        binds(Map.of("kk", "3")),
        "[OptionInvalid] m.onnx: --bind kk=3: the model has no such input (did you mean 'k'?).");
  }

  @Test
  void literalsMustBeOfTheInputsType() {
    for (String[] good :
        new String[][] {
          {"INT8", "-128", "i8[1] = [-128]"},
          {"UINT8", "255", "u8[1] = [255]"},
          {"INT64", "-9223372036854775808", "i64[1] = [-9223372036854775808]"},
          {"UINT64", "18446744073709551615", "u64[1] = [-1]"},
          {"BOOL", "true", "bool[1] = [1]"},
          {"BOOL", "0", "bool[1] = [0]"}
        }) {
      becomes(constant(DType.valueOf(good[0])), binds(Map.of("x", good[1])), "const x: " + good[2]);
    }
    for (String[] bad :
        new String[][] {{"INT8", "128"}, {"UINT8", "-1"}, {"INT32", "1.5"}, {"BOOL", "2"}}) {
      DType dtype = DType.valueOf(bad[0]);
      refused(
          constant(dtype),
          binds(Map.of("x", bad[1])),
          "[OptionInvalid] m.onnx: --bind x="
              + bad[1]
              + ": '"
              + bad[1]
              + "' is not a value of type "
              + dtype
              + ".");
    }
  }

  private static ModelProto constant(DType dtype) {
    return OnnxModels.graph().input("x", dtype, 1).output("x").model(13);
  }

  @Test
  void aBoundVectorGivesItsOwnLength() {
    becomes(
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 6)
            .input("shape", DType.INT64, "rank")
            .output("y")
            .node("y = Reshape(x, shape)")
            .model(13),
        binds(Map.of("shape", "2,-1")),
        "y = Reshape(x) {shape=[2,3]}  # f32[2,3]");
  }

  @Test
  void inputsThatLieAreRefused() {
    String invalid = " The model is not valid ONNX; re-export it.";
    refused(relu(1, -3), "[GraphInvalid] m.onnx: input 'x' has size -3 on axis 1." + invalid);
    refused(
        relu(1, 1L << 31),
        "[GraphInvalid] m.onnx: input 'x' has size 2147483648 on axis 1." + invalid);
    refused(
        relu(65536, 65536),
        "[GraphInvalid] m.onnx: input 'x': shape [65536, 65536] has more than 2^31-1 elements."
            + invalid);
    ValueInfoProto shapeless =
        ValueInfoProto.newBuilder()
            .setName("x")
            .setType(
                TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(1)))
            .build();
    refused(
        OnnxModels.graph().input(shapeless).output("y").node("y = Relu(x)").model(13),
        "[GraphInvalid] m.onnx: input 'x' declares no shape, not even the number of its axes; give its"
            + " sizes with --dim x:0=SIZE and so on."
            + invalid);
  }

  @Test
  void placesGoBeforeNames() {
    ModelProto model =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, "batch", "batch")
            .input("z", DType.FLOAT32, "batch", "batch")
            .output("y")
            .node("y = Add(x, z)")
            .model(13);
    assertEquals(
        "[1,7]", graph(model, options(Map.of("*:1", 7))).inputs().get(1).type().shape().toString());
    Graph mixed = graph(model, options(Map.of("x:1", 1, "*:1", 5, "batch", 2)));
    assertEquals("[2,1]", mixed.inputs().get(0).type().shape().toString());
    assertEquals("[2,5]", mixed.inputs().get(1).type().shape().toString());
  }

  private static ImportOptions options(Map<String, Integer> dims) {
    return new ImportOptions(dims, Map.of(), "m.onnx");
  }
}
