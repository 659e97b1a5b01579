package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Tucker2Test {
  private static final List<Integer> ONES = List.of(1, 1);
  private static final List<Integer> NO_PADS = List.of(0, 0, 0, 0);

  @Test
  void fullRanksAreExactAlsoWithStridesAndPads() {
    Tensor w = Convolutions.random(1, 6, 4, 3, 2);
    Tucker2 tucker = Tucker2.of(w, new Tucker2.Ranks(6, 4), 10);
    assertTrue(tucker.relativeError() < 1e-14);
    Tensor x = Convolutions.random(2, 1, 4, 8, 7);
    List<Integer> strides = List.of(2, 1);
    List<Integer> pads = List.of(1, 0, 2, 1);
    List<Integer> dilations = List.of(1, 2);
    Tensor expected = Convolutions.convolve(x, w, strides, pads, dilations, 1);
    Tensor y = Convolutions.convolve(x, tucker.first(), ONES, NO_PADS, ONES, 1);
    y = Convolutions.convolve(y, tucker.core(), strides, pads, dilations, 1);
    y = Convolutions.convolve(y, tucker.last(), ONES, NO_PADS, ONES, 1);
    assertTrue(RelativeError.of(expected, y) < 1e-13);
  }

  @Test
  void plantedRanksAreFoundAndFitted() {
    Tensor w = planted(20, 16, 3, 3, 5, 4, 0);
    assertEquals(new Tucker2.Ranks(5, 4), Tucker2.variationalRanks(w));
    Tucker2 tucker = Tucker2.of(w, new Tucker2.Ranks(5, 4), 10);
    assertTrue(tucker.relativeError() < 1e-12, "error " + tucker.relativeError());
    assertEquals(Shape.of(4, 16, 1, 1), tucker.first().shape());
    assertEquals(Shape.of(5, 4, 3, 3), tucker.core().shape());
    assertEquals(Shape.of(20, 5, 1, 1), tucker.last().shape());
    Tensor noisy = planted(20, 16, 3, 3, 5, 4, 0.5);
    assertEquals(new Tucker2.Ranks(5, 4), Tucker2.variationalRanks(noisy));
  }

  @Test
  void noSweepMakesTheErrorLarger() {
    for (long seed = 0; seed < 5; seed++) {
      Tensor w = Convolutions.random(seed, 10, 8, 3, 3);
      double before = Double.POSITIVE_INFINITY;
      for (int sweeps = 0; sweeps < 8; sweeps++) {
        Tucker2 tucker = Tucker2.of(w, new Tucker2.Ranks(3, 2), sweeps);
        assertTrue(tucker.relativeError() <= before + 1e-15);
        assertEquals(tucker.relativeError(), RelativeError.of(w, product(tucker)), 1e-13);
        before = tucker.relativeError();
      }
    }
  }

  @Test
  void kernelsOfOneAndNoSpatialAxesAreDecomposed() {
    for (int[] dims : new int[][] {{7, 5, 3}, {7, 5}, {4, 3, 1, 1}, {4, 3, 2, 2, 2}}) {
      Tensor w = Convolutions.random(3, dims);
      assertTrue(Tucker2.of(w, new Tucker2.Ranks(dims[0], dims[1]), 3).relativeError() < 1e-14);
    }
  }

  @Test
  void aMatrixDegeneratesToTheTruncatedSvd() {
    Tensor w = Convolutions.random(4, 9, 6, 1, 1);
    Tucker2 tucker = Tucker2.of(w, new Tucker2.Ranks(3, 3), 20);
    TruncatedSvd svd = TruncatedSvd.of(Unfolding.mode(w.shape(), 0).matrix(w));
    assertEquals(svd.relativeError(3), tucker.relativeError(), 1e-10);
  }

  @Test
  void refusesRanksOutOfRange() {
    Tensor w = Convolutions.random(5, 3, 2, 1, 1);
    assertEquals(
        "Ranks[outputs=4, inputs=1] for weights f64[3,2,1,1]",
        assertThrows(
                IllegalArgumentException.class, () -> Tucker2.of(w, new Tucker2.Ranks(4, 1), 1))
            .getMessage());
  }

  private static Tensor product(Tucker2 tucker) {
    Shape core = tucker.core().shape();
    int kernel = core.sizeOf(2, core.rank());
    Shape shape = core.with(0, tucker.last().shape().dim(0)).with(1, tucker.first().shape().dim(1));
    double[] w = new double[shape.size()];
    for (int i = 0; i < w.length; i++) {
      int o = i / kernel / shape.dim(1);
      int c = i / kernel % shape.dim(1);
      for (int r0 = 0; r0 < core.dim(0); r0++) {
        for (int r1 = 0; r1 < core.dim(1); r1++) {
          w[i] +=
              tucker.last().doubleAt(o * core.dim(0) + r0)
                  * tucker.core().doubleAt((r0 * core.dim(1) + r1) * kernel + i % kernel)
                  * tucker.first().doubleAt(r1 * shape.dim(1) + c);
        }
      }
    }
    return Tensor.adopt(new TensorType(DType.FLOAT64, shape), w);
  }

  private static Tensor planted(int o, int i, int kh, int kw, int r0, int r1, double noise) {
    Tensor last = Convolutions.random(6, o, r0, 1, 1);
    Tensor core = Convolutions.random(7, r0, r1, kh, kw);
    Tensor first = Convolutions.random(8, r1, i, 1, 1);
    Tensor exact = product(new Tucker2(first, core, last, 0));
    Random random = new Random(9);
    return Tensor.fromDoubles(exact.type(), e -> exact.doubleAt(e) + noise * random.nextGaussian());
  }
}
