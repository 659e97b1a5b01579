package dev.coppice.compiler.driver.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.coppice.compiler.diag.Origin;
import dev.coppice.compiler.ir.Graph;
import dev.coppice.compiler.ir.GraphBuilder;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.op.Reshape;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OutputComparisonTest {
  private static final OutputComparison COMPARISON = OutputComparison.of(graph(false));

  /** One that computes, or one that only moves. */
  private static Graph graph(boolean exact) {
    GraphBuilder b = new GraphBuilder("g");
    Value x = b.input("x", TensorType.of(DType.FLOAT32, 2));
    b.output(
        "y",
        exact
            ? b.node("y", new Reshape(List.of(1, 2)), List.of(x), List.of(), Origin.of("y"))
                .outputs()
                .get(0)
            : b.add("y", new Sigmoid(), x));
    return b.build();
  }

  private static Optional<String> difference(
      Map<String, Tensor> expected, Map<String, Tensor> actual) {
    List<Port> ports = new ArrayList<>();
    List<Tensor> values = new ArrayList<>();
    actual.forEach(
        (name, t) -> {
          ports.add(new Port(name, t.dtype(), t.shape()));
          values.add(t);
        });
    return COMPARISON.difference(expected, ports, values);
  }

  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  @Test
  void outputsAreMatchedByName() {
    assertEquals(
        Optional.empty(),
        difference(Map.of("a", floats(1), "b", floats(2)), Map.of("b", floats(2), "a", floats(1))));
    assertEquals(
        Optional.of("output 'a' is missing"), difference(Map.of("a", floats(1)), Map.of()));
  }

  @Test
  void floatsMayDifferAsTheRunnerAllows() {
    assertEquals(
        Optional.empty(), difference(Map.of("a", floats(1)), Map.of("a", floats(1.0009f))));
    assertEquals(
        Optional.of("output 'a'[1] is 1.001099944114685, expected 1.0"),
        difference(Map.of("a", floats(0, 1)), Map.of("a", floats(0, 1.0011f))));
    assertEquals(
        Optional.of("output 'a'[0] is NaN, expected 1.0"),
        difference(Map.of("a", floats(1)), Map.of("a", floats(Float.NaN))));
  }

  @Test
  void integersMustBeEqualInAllBits() {
    long large = Long.MAX_VALUE;
    assertEquals(
        Optional.of("output 'a'[0] is " + (large - 1) + ", expected " + large),
        difference(
            Map.of("a", Tensor.ofLongs(Shape.of(1), large)),
            Map.of("a", Tensor.ofLongs(Shape.of(1), large - 1))));
  }

  @Test
  void typesMustBeEqual() {
    assertEquals(
        Optional.of("output 'a' is f32[1], expected i64[1]"),
        difference(Map.of("a", Tensor.ofLongs(Shape.of(1), 1)), Map.of("a", floats(1))));
    assertEquals(
        Optional.of("output 'a' is f32[2], expected f32[1]"),
        difference(Map.of("a", floats(1)), Map.of("a", floats(1, 2))));
  }

  @Test
  void halfFloatsMayDifferMoreWhereTheyAreComputed() {
    TensorType half = TensorType.of(DType.FLOAT16, 1);
    Tensor e = Tensor.fromDoubles(half, i -> 1000);
    Tensor a = Tensor.fromDoubles(half, i -> 1001.5);
    assertEquals(Optional.empty(), difference(Map.of("a", e), Map.of("a", a)));
    assertEquals(
        Optional.of("output 'a'[0] is 1001.5, expected 1000.0"),
        OutputComparison.of(graph(true))
            .difference(
                Map.of("a", e), List.of(new Port("a", DType.FLOAT16, Shape.of(1))), List.of(a)));
  }

  @Test
  void smallFloatsMustBeEqualButAnyNanWillDo() {
    TensorType type = TensorType.of(DType.FLOAT8E5M2, 1);
    Tensor nan = Tensor.adopt(type, new byte[] {0x7e});
    assertEquals(
        Optional.empty(),
        difference(Map.of("a", nan), Map.of("a", Tensor.adopt(type, new byte[] {0x7f}))));
    assertEquals(
        Optional.of("output 'a'[0] is 1.25, expected 1.0"),
        difference(
            Map.of("a", Tensor.fromDoubles(type, i -> 1)),
            Map.of("a", Tensor.fromDoubles(type, i -> 1.25))));
  }

  @Test
  void aShapeThatDependsOnDataCutsItsOutput() {
    Tensor padded = Tensor.ofFloats(Shape.of(2, 3), 1, 2, 3, 4, 0, 0);
    Tensor shape = Tensor.ofLongs(Shape.of(2), 2, 2);
    Tensor e = Tensor.ofFloats(Shape.of(2, 2), 1, 2, 3, 4);
    assertEquals(
        Optional.empty(), difference(Map.of("y", e), Map.of("y", padded, "y_shape", shape)));
    assertEquals(
        Optional.of("output 'y' is f32[2,2], expected f32[2,1]"),
        difference(
            Map.of("y", Tensor.ofFloats(Shape.of(2, 1), 1, 2)),
            Map.of("y", padded, "y_shape", shape)));
  }

  @Test
  void anOutputOfTheModelThatIsCalledAShapeCutsNothing() {
    Tensor y = floats(1, 2);
    Tensor shape = Tensor.ofLongs(Shape.of(1), 1);
    assertEquals(
        Optional.empty(),
        difference(Map.of("y", y, "y_shape", shape), Map.of("y", y, "y_shape", shape)));
  }
}
