package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.proto.TypeProto;
import dev.coppice.compiler.onnx.wire.proto.ValueInfoProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each tensor of a sequence or optional is an input or output of its own. */
final class ContainerPortsTest {
  private static TypeProto sequenceType(Object... dims) {
    return TypeProto.newBuilder()
        .setSequenceType(
            TypeProto.Sequence.newBuilder()
                .setElemType(OnnxModels.value("", DType.FLOAT32, dims).getType()))
        .build();
  }

  private static TypeProto optionalType(TypeProto content) {
    return TypeProto.newBuilder()
        .setOptionalType(TypeProto.Optional.newBuilder().setElemType(content))
        .build();
  }

  private static ValueInfoProto value(String name, TypeProto type) {
    return ValueInfoProto.newBuilder().setName(name).setType(type).build();
  }

  private static OnnxModels reversed() {
    return OnnxModels.graph()
        .input(value("xs", sequenceType(2, "n")))
        .initializer("front", Tensor.ofLongs(Shape.SCALAR, 0))
        .node("last = SequenceAt(xs, end)")
        .initializer("end", Tensor.ofLongs(Shape.SCALAR, -1))
        .node("ys = SequenceInsert(xs, last, front)")
        .output(value("ys", sequenceType(2, "n")));
  }

  private static ImportOptions options(Map<String, Integer> dims, Map<String, String> binds) {
    return new ImportOptions(dims, binds, "m.onnx");
  }

  private static List<String> names(List<Value> values) {
    return values.stream().map(v -> v.name() + " " + v.type()).toList();
  }

  @Test
  void sequencesHaveThePortsThatTheirLengthSays() {
    Graph graph =
        Imports.graph(
            reversed().model(17),
            options(Map.of("xs:length", 2, "xs/0:1", 3, "xs/1:1", 4), Map.of()));
    assertEquals(List.of("xs/0 f32[2,3]", "xs/1 f32[2,4]"), names(graph.inputs()));
    assertEquals(
        List.of("ys/0 xs/1", "ys/1 xs/0", "ys/2 xs/1"),
        graph.outputs().stream().map(o -> o.name() + " " + o.value().name()).toList());
  }

  @Test
  void lengthMustBeGiven() {
    refused(
        reversed().model(17),
        "[UnboundDimension] m.onnx: dimension 'xs:length' of input 'xs' has no size. Bind it with"
            + " --dim NAME=VALUE.");
  }

  @Test
  void optionalsHoldSomethingUnlessBoundToNone() {
    OnnxModels graph =
        OnnxModels.graph()
            .input(value("x", optionalType(OnnxModels.value("", DType.FLOAT32, 2).getType())))
            .input("z", DType.FLOAT32, 2)
            .node("has = OptionalHasElement(x)")
            .node("y = Identity(x)")
            .output("has")
            .output(value("y", optionalType(OnnxModels.value("", DType.FLOAT32, 2).getType())));
    Graph with = Imports.graph(graph.model(18));
    assertEquals(List.of("x f32[2]", "z f32[2]"), names(with.inputs()));
    assertEquals(2, with.outputs().size());
    Graph without = Imports.graph(graph.model(18), options(Map.of(), Map.of("x", "none")));
    assertEquals(List.of("z f32[2]"), names(without.inputs()));
    assertEquals(1, without.outputs().size());
  }
}
