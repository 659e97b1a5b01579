package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class CanonicalPolyadicTest {
  private static final List<Integer> ONES = List.of(1, 1);
  private static final List<Integer> NO_PADS = List.of(0, 0, 0, 0);

  @Test
  void theProductIsTheSumOfOuterProducts() {
    CanonicalPolyadic cp = random(1, 3, 5, 4, 2, 3);
    Tensor product = cp.product();
    for (int e = 0; e < product.size(); e++) {
      double expected = 0;
      for (int r = 0; r < 3; r++) {
        expected +=
            cp.factors().get(0).get(e / 24, r)
                * cp.factors().get(1).get(e / 6 % 4, r)
                * cp.factors().get(2).get(e / 3 % 2, r)
                * cp.factors().get(3).get(e % 3, r);
      }
      assertEquals(expected, product.doubleAt(e), 1e-14);
    }
  }

  @Test
  void fourLayersEqualTheConvolutionOfTheProduct() {
    CanonicalPolyadic cp = random(2, 3, 5, 4, 3, 2);
    Tensor x = Convolutions.random(3, 2, 4, 9, 10);
    Tensor expected =
        Convolutions.convolve(
            x, cp.product(), List.of(2, 3), List.of(1, 0, 2, 1), List.of(1, 2), 1);
    List<Tensor> layers = cp.layers();
    assertEquals(4, layers.size());
    Tensor y = Convolutions.convolve(x, layers.get(0), ONES, NO_PADS, ONES, 1);
    y =
        Convolutions.convolve(
            y, layers.get(1), List.of(2, 1), List.of(1, 0, 2, 0), List.of(1, 1), 3);
    y =
        Convolutions.convolve(
            y, layers.get(2), List.of(1, 3), List.of(0, 0, 0, 1), List.of(1, 2), 3);
    y = Convolutions.convolve(y, layers.get(3), ONES, NO_PADS, ONES, 1);
    assertTrue(RelativeError.of(expected, y) < 1e-14);
  }

  @Test
  void refusesFactorsOfDifferentRanks() {
    List<DMatrixRMaj> factors = List.of(new DMatrixRMaj(2, 2), new DMatrixRMaj(2, 3));
    assertEquals(
        "2 factors, one of 3",
        assertThrows(IllegalArgumentException.class, () -> new CanonicalPolyadic(factors, 0))
            .getMessage());
  }

  /** Normally distributed factors. */
  static CanonicalPolyadic random(long seed, int rank, int... dims) {
    Random random = new Random(seed);
    List<DMatrixRMaj> factors = new ArrayList<>();
    for (int dim : dims) {
      factors.add(RandomMatrices_DDRM.rectangleGaussian(dim, rank, 0, 1, random));
    }
    return new CanonicalPolyadic(factors, 0);
  }
}
