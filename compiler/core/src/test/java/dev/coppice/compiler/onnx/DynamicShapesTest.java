package dev.coppice.compiler.onnx;

import static dev.coppice.compiler.onnx.Imports.refused;
import static dev.coppice.compiler.testing.OnnxModels.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.coppice.compiler.interp.ReferenceInterpreter;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.onnx.wire.proto.ModelProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import dev.coppice.compiler.testing.OnnxModels;
import dev.coppice.compiler.testing.Stages;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Results whose shape is known only at run time, in every stage. */
final class DynamicShapesTest {
  private static OnnxModels model(Object... dims) {
    return OnnxModels.graph().input("x", DType.FLOAT32, dims).output("y");
  }

  private static Tensor longs(long... values) {
    return Tensor.ofLongs(Shape.of(values.length), values);
  }

  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  /** Asserts shape and elements of the first output, e.g. {@code [2] 1.0 3.0}. */
  private static void gives(String expected, ModelProto model, Tensor... inputs) {
    gives(expected, model, ImportOptions.of("m.onnx"), inputs);
  }

  private static void gives(
      String expected, ModelProto model, ImportOptions options, Tensor... inputs) {
    Graph graph = Imports.graph(model, options);
    List<Tensor> results = Stages.run(graph, List.of(List.of(inputs))).get(0);
    assertEquals("y_shape", graph.outputs().get(graph.outputs().size() - 1).name());
    Tensor shape = results.get(results.size() - 1);
    int[] dims = IntStream.range(0, shape.size()).map(i -> (int) shape.longAt(i)).toArray();
    Tensor y = results.get(0).gather(Shape.of(dims), i -> i);
    String elements =
        IntStream.range(0, y.size())
            .mapToObj(i -> " " + y.doubleAt(i))
            .collect(Collectors.joining());
    assertEquals(expected, y.shape() + elements);
  }

  @Test
  void coordinatesAreDeliveredWithoutPadding() {
    gives(
        "[2,2] 0.0 1.0 1.0 0.0",
        model(2, 2).node("y = NonZero(x)").model(13),
        Tensor.ofFloats(Shape.of(2, 2), 0, 5, 7, 0));
    gives("[1,0]", model(3).node("y = NonZero(x)").model(13), floats(0, 0, 0));
  }

  @Test
  void selectionByMask() {
    // x[x > 1] * 2 + length, as PyTorch exports it.
    ModelProto selection =
        model(2, 3)
            .initializer("one", Tensor.scalar(1))
            .initializer("two", Tensor.scalar(2))
            .node("m = Greater(x, one)")
            .node("c = NonZero(m)")
            .node("t = Transpose(c)", attribute("perm", new int[] {1, 0}))
            .node("g = GatherND(x, t)")
            .node("s = Size(g)")
            .node("f = Cast(s)", attribute("to", 1))
            .node("d = Mul(g, two)")
            .node("y = Add(d, f)")
            .model(13);
    gives("[2] 8.0 12.0", selection, Tensor.ofFloats(Shape.of(2, 3), 0, 3, 1, -1, 5, 1));
    gives("[0]", selection, Tensor.ofFloats(Shape.of(2, 3), 0, 0, 0, 0, 0, 0));
  }

  @Test
  void rowsBehindADynamicAxisStayTogether() {
    gives(
        "[2,1] 10.0 50.0",
        model(3, 2)
            .input("keep", DType.BOOL, 3)
            .initializer("w", Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4))
            .node("r = Compress(x, keep)", attribute("axis", 0))
            .node("p = MatMul(r, w)")
            .node("s = ReduceSum(p)", attribute("axes", new int[] {1}), attribute("keepdims", 0))
            .node("y = Unsqueeze(s)", attribute("axes", new int[] {1}))
            .model(12),
        Tensor.ofFloats(Shape.of(3, 2), 1, 1, 2, 2, 5, 5),
        Tensor.fromLongs(TensorType.of(DType.BOOL, 3), i -> i == 1 ? 0 : 1));
  }

  @Test
  void sliceWithRunTimeBounds() {
    ModelProto slice =
        model(5)
            .input("from", DType.INT64, 1)
            .input("to", DType.INT64, 1)
            .node("y = Slice(x, from, to)")
            .model(13);
    Tensor x = floats(1, 2, 3, 4, 5);
    gives("[2] 2.0 3.0", slice, x, longs(1), longs(3));
    gives("[2] 4.0 5.0", slice, x, longs(-2), longs(99));
    gives("[0]", slice, x, longs(3), longs(2));
    ModelProto backwards =
        model(5)
            .input("from", DType.INT64, 1)
            .input("to", DType.INT64, 1)
            .initializer("axes", longs(0))
            .initializer("steps", longs(-2))
            .node("y = Slice(x, from, to, axes, steps)")
            .model(13);
    gives("[3] 5.0 3.0 1.0", backwards, x, longs(-1), longs(-99));
    gives("[1] 4.0", backwards, x, longs(3), longs(1));
  }

  @Test
  void reshapeToRunTimeShape() {
    ModelProto reshape =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 2, 3)
            .input("shape", DType.INT64, 2)
            .node("r = Reshape(x, shape)")
            .node("y = Neg(r)")
            .output("y", DType.FLOAT32, "", "")
            .declared("r", DType.FLOAT32, "rows", "columns")
            .model(13);
    ImportOptions bounds = new ImportOptions(Map.of("rows", 6, "columns", 4), Map.of(), "m.onnx");
    Tensor x = Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 5, 6);
    gives("[3,2] -1.0 -2.0 -3.0 -4.0 -5.0 -6.0", reshape, bounds, x, longs(3, 2));
    gives("[2,3] -1.0 -2.0 -3.0 -4.0 -5.0 -6.0", reshape, bounds, x, longs(0, -1));
    gives("[6,1] -1.0 -2.0 -3.0 -4.0 -5.0 -6.0", reshape, bounds, x, longs(-1, 1));
    Graph graph = Imports.graph(reshape, bounds);
    for (Tensor shape : List.of(longs(1, 6), longs(2, 2), longs(4, -1))) {
      assertThrows(
          IllegalStateException.class,
          () -> new ReferenceInterpreter(graph).run(List.of(x, shape)));
    }
    refused(
        reshape,
        "[UnboundedShape] m.onnx, node 'r' (Reshape): dimension 0 is known only at run time, and"
            + " 'r' declares no bound for it. Bind the input it depends on with --bind NAME=VALUE; or"
            + " declare the shape of that value in the model, with a name for the dimension, and"
            + " give its bound with --dim NAME=MOST.");
  }

  @Test
  void tileOfRunTimeRepeats() {
    ModelProto tile =
        OnnxModels.graph()
            .input("x", DType.FLOAT32, 1, 2)
            .input("repeats", DType.INT64, 2)
            .node("y = Tile(x, repeats)")
            .output("y", DType.FLOAT32, 3, 5)
            .model(13);
    Tensor x = Tensor.ofFloats(Shape.of(1, 2), 1, 2);
    gives("[3,2] 1.0 2.0 1.0 2.0 1.0 2.0", tile, x, longs(3, 1));
    gives("[1,4] 1.0 2.0 1.0 2.0", tile, x, longs(1, 2));
    gives("[0,2]", tile, x, longs(0, 1));
  }

  @Test
  void windowOfRunTimeLength() {
    ModelProto window =
        OnnxModels.graph()
            .input("n", DType.INT64)
            .node("y = HannWindow(n)")
            .output("y", DType.FLOAT32, 6)
            .model(17);
    gives("[4] 0.0 0.5 1.0 0.5", window, Tensor.ofLongs(Shape.SCALAR, 4));
  }

  @Test
  void topKOfRunTimeSize() {
    gives(
        "[2] 9.0 7.0",
        model(4).input("k", DType.INT64, 1).node("y, i = TopK(x, k)").model(13),
        floats(1, 9, 3, 7),
        longs(2));
  }

  @Test
  void loopThatEndsByItsCondition() {
    OnnxModels body =
        OnnxModels.graph()
            .input("i", DType.INT64)
            .input("c", DType.BOOL)
            .input("v", DType.FLOAT32)
            .initializer("two", Tensor.scalar(2))
            .initializer("nine", Tensor.scalar(9))
            .node("w = Mul(v, two)")
            .node("go = Less(w, nine)")
            .output("go")
            .output("w")
            .output("v");
    ModelProto loop =
        OnnxModels.graph()
            .input("x", DType.FLOAT32)
            .initializer("m", Tensor.ofLongs(Shape.SCALAR, 300))
            .node("last, y = Loop(m, , x)", attribute("body", body))
            .output("y")
            .model(13);
    gives("[3] 2.0 4.0 8.0", loop, Tensor.scalar(2));
  }

  @Test
  void refusesWhatPaddingWouldSpoil() {
    String bound = "is known only at run time (at most i64[1,3]), which is not supported here: ";
    String remedy =
        ". Bind the inputs that it depends on with --bind NAME=VALUE, or end the model before.";
    refused(
        model(3).node("c = NonZero(x)").node("y = CumSum(c, c)").model(13),
        "[DynamicShape] m.onnx, node 'y' (CumSum): the shape of operand 'c' "
            + bound
            + "CumSum needs fixed shapes"
            + remedy);
    refused(
        model(3)
            .node("c = NonZero(x)")
            .node("y = ReduceMax(c)", attribute("axes", new int[] {1}))
            .model(13),
        "[DynamicShape] m.onnx, node 'y' (ReduceMax): the shape of operand 'c' "
            + bound
            + "it would reduce along the axis of run-time length"
            + remedy);
    refused(
        model(3)
            .input("z", DType.FLOAT32, 3)
            .node("c = NonZero(x)")
            .node("d = NonZero(z)")
            .node("y = Add(c, d)")
            .model(13),
        "[DynamicShape] m.onnx, node 'y' (Add): the shape of operand 'c' "
            + bound
            + "its operands have lengths that may differ"
            + remedy);
  }

  @Test
  void asksForABoundWhereNoneFollows() {
    OnnxModels range =
        model()
            .initializer("zero", Tensor.scalar(0))
            .initializer("one", Tensor.scalar(1))
            .node("r = Range(zero, x, one)")
            .node("y = Neg(r)");
    refused(
        range.model(13),
        "[UnboundedShape] m.onnx, node 'r' (Range): the number of elements is known only at run"
            + " time, and 'r' declares no bound for it. Bind the input it depends on with --bind"
            + " NAME=VALUE; or declare the shape of that value in the model, with a name for the"
            + " dimension, and give its bound with --dim NAME=MOST.");
  }
}
