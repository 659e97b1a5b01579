package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

final class ComposeBatchNormTest {
  @Test
  void scaleAndShiftBecomeOneOperator() {
    GraphAssert.rewrites(
        new ComposeBatchNorm(),
        """
        graph g(x: f32[1,2,3,5]) -> (y) {
          t = Mul(x, s: f32[2,1,1] = [1.5, 2.0])
          y = Add(t, h: f32[1,2,1,1] = [-2.0, 2.5])
        }
        """,
        """
        graph g(x: f32[1,2,3,5]) -> (y) {
          y = BatchNormalization(x, a: f32[2] = [1.5, 2.0], b: f32[2] = [-2.0, 2.5], m: f32[2] = 0.0, v: f32[2] = 1.0) {epsilon=0.0, axis=1}
        }
        """);
  }

  /** Literals in a loop that is there anyway are cheaper than tables. */
  @Test
  void leavesScalars() {
    GraphAssert.leaves(
        new ComposeBatchNorm(),
        """
        graph g(x: f32[1,2,3,5]) -> (y) {
          t = Mul(x, s: f32[] = 1.5)
          y = Add(t, h: f32[] = 2.0)
        }
        """);
  }

  /** Along the last axis there are no channels. */
  @Test
  void leavesOtherAxes() {
    GraphAssert.leaves(
        new ComposeBatchNorm(),
        """
        graph g(x: f32[1,2,3,5]) -> (y) {
          t = Mul(x, s: f32[5])
          y = Add(t, h: f32[5])
        }
        """);
  }

  /** The product is needed anyway. */
  @Test
  void leavesSharedProduct() {
    GraphAssert.leaves(
        new ComposeBatchNorm(),
        """
        graph g(x: f32[1,2,3,5]) -> (y, t) {
          t = Mul(x, s: f32[2,1,1])
          y = Add(t, h: f32[2,1,1])
        }
        """);
  }
}
