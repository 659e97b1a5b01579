package dev.coppice.compiler.pass.streamline;

import dev.coppice.compiler.testing.GraphAssert;
import org.junit.jupiter.api.Test;

/** {@link ConstantOperandLast}, {@link SubtractionToAddition}, {@link DivisionToMultiplication}. */
final class ArithmeticFormsTest {
  @Test
  void constantOperandComesLast() {
    GraphAssert.rewrites(
        new ConstantOperandLast(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Add(c: f32[3], x)
          y = Mul(d: f32[], t)
        }
        """,
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Add(x, c: f32[3])
          y = Mul(t, d: f32[])
        }
        """);
  }

  /** Subtraction does not commute; two constants are folded elsewhere. */
  @Test
  void leavesOtherOrders() {
    GraphAssert.leaves(
        new ConstantOperandLast(),
        """
        graph g(x: f32[2,3]) -> (y) {
          t = Sub(c: f32[3], x)
          u = Add(a: f32[], b: f32[])
          y = Add(t, u)
        }
        """);
  }

  @Test
  void subtractionAddsTheNegative() {
    GraphAssert.rewrites(
        new SubtractionToAddition(),
        """
        graph g(x: f32[2]) -> (y) {
          y = Sub(x, c: f32[2] = [1.0, -2.0])
        }
        """,
        """
        graph g(x: f32[2]) -> (y) {
          y = Add(x, c: f32[2] = [-1.0, 2.0])
        }
        """);
  }

  @Test
  void leavesSubtractionOfIntegersAndFromConstants() {
    GraphAssert.leaves(
        new SubtractionToAddition(),
        """
        graph g(x: u8[2], z: f32[2]) -> (y, w) {
          y = Sub(x, c: u8[] = 1)
          w = Sub(d: f32[], z)
        }
        """);
  }

  @Test
  void divisionMultipliesByTheReciprocal() {
    GraphAssert.rewrites(
        new DivisionToMultiplication(),
        """
        graph g(x: f32[2]) -> (y) {
          y = Div(x, c: f32[2] = [3.0, -0.5])
        }
        """,
        """
        graph g(x: f32[2]) -> (y) {
          y = Mul(x, c: f32[2] = [0.33333334, -2.0])
        }
        """);
  }

  /**
   * 1/0 is no number to multiply by, 1e-39 has no normal reciprocal, integer division truncates.
   */
  @Test
  void leavesDivisorsWithoutReciprocal() {
    GraphAssert.leaves(
        new DivisionToMultiplication(),
        """
        graph g(x: f32[2], i: i32[2]) -> (y, z, j) {
          y = Div(x, c: f32[2] = [3.0, 0.0])
          z = Div(x, d: f32[] = 1.0E-39)
          j = Div(i, k: i32[] = 2)
        }
        """);
  }
}
