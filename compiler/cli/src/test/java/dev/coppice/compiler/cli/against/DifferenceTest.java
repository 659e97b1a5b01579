package dev.coppice.compiler.cli.against;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.lowering.Port;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DifferenceTest {
  private static Difference difference(Tensor actual, Tensor expected) {
    Port port = new Port("y", actual.dtype(), actual.shape());
    return Difference.of(List.of(port), List.of(actual), Map.of("y", expected));
  }

  private static Tensor floats(float... values) {
    return Tensor.ofFloats(Shape.of(values.length), values);
  }

  @Test
  void floatsMayDifferByAThousandthOfTheLargest() {
    Difference near = difference(floats(100, 0.05f), floats(100, 0));
    assertTrue(near.agrees());
    assertEquals(0.05, near.absolute(), 1e-6);
    assertEquals(0.0005, near.relative(), 1e-8);
    assertFalse(difference(floats(100, 0.2f), floats(100, 0)).agrees());
  }

  @Test
  void onlyTheSameValuesThatAreNoNumbersAgree() {
    assertTrue(difference(floats(Float.NaN, 1), floats(Float.NaN, 1)).agrees());
    assertFalse(difference(floats(1, 1), floats(Float.NaN, 1)).agrees());
    assertFalse(difference(floats(Float.NaN, 1), floats(1, 1)).agrees());
    assertFalse(difference(floats(1), floats(Float.POSITIVE_INFINITY)).agrees());
  }

  @Test
  void integersAreEqualButForAStepOfEightBits() {
    Tensor longs = Tensor.ofLongs(Shape.of(1), 4);
    assertTrue(difference(longs, longs).agrees());
    assertFalse(difference(longs, Tensor.ofLongs(Shape.of(1), 5)).agrees());
    TensorType bytes = TensorType.of(DType.INT8, 1);
    assertTrue(difference(Tensor.splatLong(bytes, 4), Tensor.splatLong(bytes, 5)).agrees());
    assertFalse(difference(Tensor.splatLong(bytes, 4), Tensor.splatLong(bytes, 6)).agrees());
    TensorType bools = TensorType.of(DType.BOOL, 1);
    assertFalse(difference(Tensor.splatLong(bools, 0), Tensor.splatLong(bools, 1)).agrees());
  }

  @Test
  void elementsBeyondThoseThatThereAreDoNotCount() {
    assertTrue(difference(floats(1, 2, 9), floats(1, 2)).agrees());
    assertFalse(difference(floats(1), floats(1, 2)).agrees());
  }

  @Test
  void somethingMustBeCompared() {
    Port port = new Port("y", DType.FLOAT32, Shape.of(1));
    assertThrows(
        UnsupportedOperationException.class,
        () -> Difference.of(List.of(port), List.of(floats(1)), Map.of("z", floats(1))));
  }
}
