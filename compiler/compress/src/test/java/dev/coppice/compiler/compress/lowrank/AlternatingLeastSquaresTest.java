package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.linalg.Gram;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class AlternatingLeastSquaresTest {
  @Test
  void plantedComponentsAreFitted() {
    for (long seed = 0; seed < 10; seed++) {
      Tensor w = CanonicalPolyadicTest.random(seed, 4, 8, 7, 3, 3).product();
      CanonicalPolyadic cp = new AlternatingLeastSquares(4, 2000, 0, 5, 1).decompose(w);
      assertTrue(cp.relativeError() < 1e-10, "seed " + seed + ": " + cp.relativeError());
      assertEquals(cp.relativeError(), RelativeError.of(w, cp.product()), 1e-13);
    }
  }

  @Test
  void moreComponentsMeanLessError() {
    Tensor w = Convolutions.random(1, 8, 6, 3, 3);
    double before = 1;
    for (int rank = 1; rank <= 33; rank += 4) {
      CanonicalPolyadic cp = new AlternatingLeastSquares(rank, 200, 1e-8, 2, 1).decompose(w);
      assertEquals(cp.relativeError(), RelativeError.of(w, cp.product()), 1e-12);
      assertTrue(cp.relativeError() < before, "rank " + rank);
      before = cp.relativeError();
    }
  }

  @Test
  void moreSweepsMeanNoMoreError() {
    Tensor w = Convolutions.random(2, 8, 6, 3, 3);
    double before = 1;
    for (int sweeps = 1; sweeps < 20; sweeps++) {
      double error = new AlternatingLeastSquares(5, sweeps, 0, 1, 1).decompose(w).relativeError();
      assertTrue(error <= before + 1e-14);
      before = error;
    }
  }

  @Test
  void aMatrixGetsItsBestApproximation() {
    Tensor w = Convolutions.random(3, 9, 6);
    TruncatedSvd svd = TruncatedSvd.of(Unfolding.mode(w.shape(), 0).matrix(w));
    CanonicalPolyadic cp = new AlternatingLeastSquares(3, 500, 0, 1, 1).decompose(w);
    assertEquals(svd.relativeError(3), cp.relativeError(), 1e-8);
  }

  @Test
  void theNormOfAComponentIsAlikeInAllModes() {
    Tensor w = Convolutions.random(4, 8, 6, 3, 3);
    CanonicalPolyadic cp = new AlternatingLeastSquares(4, 50, 1e-6, 1, 1).decompose(w);
    for (int r = 0; r < 4; r++) {
      double norm = Gram.ofColumns(cp.factors().get(0)).get(r, r);
      for (DMatrixRMaj factor : cp.factors()) {
        assertEquals(norm, Gram.ofColumns(factor).get(r, r), 1e-9 * norm);
      }
    }
  }

  @Test
  void theRidgeBoundsComponentsThatGrowAgainstEachOther() {
    // a a b + a b a + b a a has rank 3, but is a limit of tensors of rank 2 (de Silva, Lim 2008).
    Tensor w = Tensor.ofFloats(Shape.of(2, 2, 2), 0, 1, 1, 0, 1, 0, 0, 0);
    double free = largest(new AlternatingLeastSquares(2, 5000, 0, 3, 1).decompose(w));
    double bound = largest(new AlternatingLeastSquares(2, 5000, 1e-3, 3, 1).decompose(w));
    assertTrue(bound < 0.8 * free, bound + " of " + free);
  }

  private static double largest(CanonicalPolyadic cp) {
    double largest = 0;
    for (DMatrixRMaj factor : cp.factors()) {
      for (double v : factor.data) {
        largest = Math.max(largest, Math.abs(v));
      }
    }
    return largest;
  }

  @Test
  void theSeedDecidesTheResult() {
    Tensor w = Convolutions.random(5, 6, 5, 3, 3);
    AlternatingLeastSquares als = new AlternatingLeastSquares(8, 20, 1e-8, 3, 7);
    assertEquals(als.decompose(w).product(), als.decompose(w).product());
  }

  @Test
  void zerosAreFittedByZeros() {
    Tensor w = Tensor.splat(new TensorType(DType.FLOAT32, Shape.of(3, 2, 2)), 0);
    CanonicalPolyadic cp = new AlternatingLeastSquares(2, 10, 1e-8, 1, 1).decompose(w);
    assertEquals(0, cp.relativeError());
    assertEquals(0, largest(cp));
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertEquals(
        "rank 0, sweeps 1, ridge 0.0, starts 1",
        assertThrows(
                IllegalArgumentException.class, () -> new AlternatingLeastSquares(0, 1, 0, 1, 1))
            .getMessage());
    Tensor w = Convolutions.random(6, 4);
    assertEquals(
        "weights f64[4]; expected [O, I, kernel...]",
        assertThrows(
                IllegalArgumentException.class,
                () -> new AlternatingLeastSquares(1, 1, 0, 1, 1).decompose(w))
            .getMessage());
  }
}
