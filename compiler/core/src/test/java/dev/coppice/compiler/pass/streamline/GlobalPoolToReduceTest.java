package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class GlobalPoolToReduceTest {
  @Test
  void windowOfTheWholeInput() {
    GraphAssert.rewrites(
        new GlobalPoolToReduce(),
        """
        graph g(x: f32[2,3,5,7]) -> (y, z) {
          y = AveragePool(x) {kernel=[5,7], strides=[1,1], pads=[0,0,0,0], dilations=[1,1], countIncludePad=false, outputShape=[1,1]}
          z = MaxPool(x) {kernel=[5,7], strides=[3,3], pads=[0,0,0,0], dilations=[1,1], outputShape=[1,1]}
        }
        """,
        """
        graph g(x: f32[2,3,5,7]) -> (y, z) {
          y = Reduce(x) {kind=MEAN, axes=[2,3], keepdims=true}
          z = Reduce(x) {kind=MAX, axes=[2,3], keepdims=true}
        }
        """);
  }

  /** Part of the input, or more than the input. */
  @Test
  void leavesSmallerAndPaddedWindows() {
    GraphAssert.leaves(
        new GlobalPoolToReduce(),
        """
        graph g(x: f32[2,3,5]) -> (y, z) {
          y = AveragePool(x) {kernel=[4], strides=[2], pads=[0,0], dilations=[1], countIncludePad=false, outputShape=[1]}
          z = AveragePool(x) {kernel=[5], strides=[1], pads=[1,0], dilations=[1], countIncludePad=true, outputShape=[2]}
        }
        """);
  }
}
