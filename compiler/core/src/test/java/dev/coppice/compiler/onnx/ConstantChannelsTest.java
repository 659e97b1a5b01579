package dev.coppice.compiler.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import org.junit.jupiter.api.Test;

final class ConstantChannelsTest {
  private static ConstantChannels of(long[] bias, float... scale) {
    Tensor w = Tensor.fromDoubles(TensorType.of(DType.FLOAT32, 3, 2), i -> i + 1);
    return new ConstantChannels(
        w,
        Tensor.fromLongs(TensorType.of(DType.INT32, 3), i -> bias[i]),
        Tensor.ofFloats(Shape.of(scale.length), scale));
  }

  /** Channel 1 is 7 whatever the input; channel 2 has a large bias, too, but varies. */
  @Test
  void constantChannelGetsItsLevel() {
    ConstantChannels found =
        of(new long[] {5, 1 << 25, 1 << 25}, .1f, 7f / (1 << 25), .01f)
            .replaced(255, -128, 1 << 20)
            .orElseThrow();
    assertEquals("[5, 7, 33554432]", list(found.bias()));
    assertEquals("[1, 2, 0, 0, 5, 6]", list(found.weights()));
    assertEquals(1, found.scale().doubleAt(1));
  }

  @Test
  void otherConvolutionsStay() {
    assertTrue(of(new long[] {5, 6, 7}, 1e-9f).replaced(255, -128, 127).isEmpty());
    assertTrue(of(new long[] {5, 6, 1 << 25}, 1f).replaced(255, -128, 127).isEmpty());
  }

  private static String list(Tensor t) {
    return java.util.stream.IntStream.range(0, t.size()).mapToObj(t::longAt).toList().toString();
  }
}
