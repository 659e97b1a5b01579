package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.becomes;
import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;

import dev.coppice.compiler.onnx.wire.ImportLimits;
import dev.coppice.compiler.onnx.wire.TensorWriter;
import dev.coppice.compiler.onnx.wire.proto.SparseTensorProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is known when the model is imported is computed then. */
final class FoldingTest {
  private static OnnxModels model(Object... dims) {
    return OnnxModels.graph().input("x", DType.FLOAT32, dims).output("y");
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  @Test
  void shapeArithmeticVanishes() {
    becomes(
        model(2, 3, 4)
            .node("s = Shape(x)")
            .node("zero = Constant()", attribute("value_int", 0))
            .node("n = Gather(s, zero)")
            .node("axes = Constant()", attribute("value_ints", new int[] {0}))
            .node("n1 = Unsqueeze(n, axes)")
            .node("rest = Constant()", attribute("value_ints", new int[] {-1}))
            .node("shape = Concat(n1, rest)", attribute("axis", 0))
            .node("y = Reshape(x, shape)")
            .model(13),
        "y = Reshape(x) {shape=[2,12]}  # f32[2,12]");
  }

  @Test
  void shapeTakesAPart() {
    becomes(
        model(2, 3, 4).node("y = Shape(x)", attribute("start", -2), attribute("end", 9)).model(15),
        "const y: i64[2] = [3, 4]");
    becomes(
        model(2, 3, 4).node("y = Shape(x)", attribute("start", 5)).model(15),
        "const y: i64[0] = []");
    becomes(model(2, 3, 4).node("y = Size(x)").model(13), "const y: i64[] = 24");
  }

  @Test
  void rangesAreConstants() {
    becomes(
        model(4)
            .initializer("from", Tensor.ofLongs(Shape.SCALAR, 5))
            .initializer("to", Tensor.ofLongs(Shape.SCALAR, -2))
            .initializer("by", Tensor.ofLongs(Shape.SCALAR, -3))
            .node("y = Range(from, to, by)")
            .model(13),
        "const y: i64[3] = [5, 2, -1]");
    refused(
        model(4)
            .initializer("from", Tensor.ofLongs(Shape.SCALAR, 0))
            .initializer("to", Tensor.ofLongs(Shape.SCALAR, Long.MAX_VALUE))
            .initializer("by", Tensor.ofLongs(Shape.SCALAR, 1))
            .node("y = Range(from, to, by)")
            .model(13),
        "[BadNode] m.onnx, node 'y' (Range): the range has 9.223372036854776E18 elements. The model is"
            + " not valid ONNX; re-export it.");
    refused(
        model(4)
            .initializer("from", Tensor.scalar(0))
            .initializer("by", Tensor.scalar(0))
            .node("y = Range(from, from, by)")
            .model(13),
        "[BadNode] m.onnx, node 'y' (Range): operand 'delta' is 0. The model is not valid ONNX;"
            + " re-export it.");
  }

  @Test
  void constantsComeInManyForms() {
    becomes(
        OnnxModels.graph()
            .output("a")
            .output("b")
            .output("c")
            .output("d")
            .output("e")
            .node("a = Constant()", attribute("value", longs(1, 2)))
            .node("b = Constant()", attribute("value_float", 1.5f))
            .node("c = Constant()", attribute("value_floats", new float[] {1, 2}))
            .node("d = Constant()", attribute("value_int", 7))
            .node(
                "e = Constant()",
                attribute(
                    "sparse_value",
                    SparseTensorProto.newBuilder()
                        .setValues(TensorWriter.write("", Tensor.ofFloats(Shape.of(1), 9)))
                        .setIndices(TensorWriter.write("", longs(1)))
                        .addDims(2)
                        .build()))
            .model(13),
        "const a: i64[2] = [1, 2]",
        "const b: f32[] = 1.5",
        "const c: f32[2] = [1.0, 2.0]",
        "const d: i64[] = 7",
        "const e: f32[2] = [0.0, 9.0]");
    refused(
        model(1).node("y = Constant()").model(13),
        "[BadNode] m.onnx, node 'y' (Constant): it has 0 value attributes, expected one. The model is"
            + " not valid ONNX; re-export it.");
    refused(
        model(1).node("y = Constant()", attribute("value_string", "text")).model(13),
        "[UnsupportedType] m.onnx, node 'y' (Constant): element type STRING is not supported here; the"
            + " constant has it. Convert the model to float32.");
  }

  @Test
  void splatsStaySplats() {
    becomes(
        OnnxModels.graph()
            .output("y")
            .initializer("s", longs(40000, 40000))
            .initializer("two", Tensor.splat(TensorType.of(DType.FLOAT32, 1), 2))
            .node("a = ConstantOfShape(s)", attribute("value", Tensor.ofFloats(Shape.of(1), 3)))
            .node("b = Add(a, a)")
            .node("c = Transpose(b)")
            .node("y = Neg(c)")
            .model(13),
        "const y: f32[40000,40000] = -6.0");
  }

  @Test
  void whatIsTooLargeStaysANode() {
    OnnxModels model =
        OnnxModels.graph()
            .output("y")
            .initializer("a", Tensor.ofFloats(Shape.of(4, 1), 1, 2, 3, 4))
            .initializer("b", Tensor.ofFloats(Shape.of(1, 4), 1, 2, 3, 4))
            .node("y = MatMul(a, b)");
    ImportLimits limits = ImportLimits.defaults();
    String line =
        "y = MatMul(a: f32[4,1] = [1.0, 2.0, 3.0, 4.0], b: f32[1,4] = [1.0, 2.0, 3.0, 4.0])  #"
            + " f32[4,4]";
    becomes(model.model(13), options(limits.withConstantBytes(63)), line);
    becomes(model.model(13), options(limits.withFoldingSteps(39)), line);
    becomes(
        model.model(13),
        options(limits.withFoldingSteps(40).withConstantBytes(64)),
        "const y: f32[4,4] = [1.0, 2.0, 3.0, 4.0, 2.0, 4.0, 6.0, 8.0, 3.0, 6.0, 9.0, 12.0, 4.0, 8.0,"
            + " 12.0, 16.0]");
    refused(
        OnnxModels.graph()
            .output("y")
            .initializer("from", Tensor.scalar(0))
            .initializer("to", Tensor.scalar(100))
            .initializer("by", Tensor.scalar(1))
            .node("y = Range(from, to, by)")
            .model(13),
        options(limits.withConstantBytes(399)),
        "[LimitExceeded] m.onnx, node 'y' (Range): the range takes 400 bytes. Give the JVM more memory"
            + " with -Xmx, or use a smaller model.");
  }

  private static ImportOptions options(ImportLimits limits) {
    return new ImportOptions(Map.of(), Map.of(), "m.onnx", limits);
  }

  @Test
  void valuesThatAreNotAllowedAreTold() {
    refused(
        model(4)
            .initializer("table", Tensor.ofFloats(Shape.of(2), 1, 2))
            .initializer("at", longs(2))
            .node("y = Gather(table, at)")
            .model(13),
        "[BadNode] m.onnx, node 'y' (Gather): index 2 is outside -2..1 of operand f32[2]. The model is"
            + " not valid ONNX; re-export it.");
  }

  @Test
  void whatDependsOnInputsIsNoShapeWithoutABound() {
    refused(
        model(4).input("shape", DType.INT64, 2).node("y = Reshape(x, shape)").model(13),
        "[UnboundedShape] m.onnx, node 'y' (Reshape): dimension 0 is known only at run time, and 'y'"
            + " declares no bound for it. Bind the input it depends on with --bind NAME=VALUE; or"
            + " declare the shape of that value in the model, with a name for the dimension, and"
            + " give its bound with --dim NAME=MOST.");
  }

  private static OnnxModels branch(String call) {
    return OnnxModels.graph()
        .initializer("one", Tensor.scalar(1))
        .node("inner = " + call)
        .output("inner");
  }

  @Test
  void constantBranchesAreTakenNestedAndWithCaptures() {
    OnnxModels deep =
        OnnxModels.graph()
            .output("r")
            .node(
                "r = If(no)",
                attribute("then_branch", branch("Unheard(x)")),
                attribute("else_branch", branch("Add(a, one)")));
    becomes(
        model(2)
            .initializer("yes", Tensor.splatLong(TensorType.of(DType.BOOL), 1))
            .node("a = Relu(x)")
            .node("no = Not(yes)")
            .node(
                "y = If(yes)",
                attribute("then_branch", deep),
                attribute("else_branch", branch("Unheard(x)")))
            .model(13),
        "a = Relu(x)  # f32[2]",
        "inner = Add(a, one: f32[] = 1.0)  # f32[2]");
  }

  @Test
  void conditionsAreBooleans() {
    OnnxModels undecided =
        model(2)
            .initializer("c", Tensor.scalar(1))
            .node(
                "y = If(c)",
                attribute("then_branch", branch("Relu(x)")),
                attribute("else_branch", branch("Neg(x)")));
    refused(
        undecided.model(13),
        "[BadNode] m.onnx, node 'y' (If): operand 'cond' is f32[], expected one boolean. The model is"
            + " not valid ONNX; re-export it.");
    refused(
        model(2)
            .initializer("c", Tensor.splatLong(TensorType.of(DType.BOOL), 1))
            .node("y = If(c)", attribute("then_branch", branch("Relu(x)")))
            .model(13),
        "[BadNode] m.onnx, node 'y' (If): attribute 'else_branch' is missing. The model is not valid"
            + " ONNX; re-export it.");
    refused(
        model(2)
            .initializer("c", Tensor.splatLong(TensorType.of(DType.BOOL), 1))
            .node(
                "y = If(c)",
                attribute("then_branch", branch("Relu(x)").output("one")),
                attribute("else_branch", branch("Neg(x)")))
            .model(13),
        "[BadNode] m.onnx, node 'y' (If): a branch has 2 results, the node 1. The model is not valid"
            + " ONNX; re-export it.");
  }
}
