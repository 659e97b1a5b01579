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
import org.junit.jupiter.api.Test;

class SpatialSvdTest {
  @Test
  void twoLayersOfFullRankEqualOne() {
    Tensor w = Convolutions.random(1, 5, 4, 3, 2);
    Tensor x = Convolutions.random(2, 2, 4, 11, 9);
    SpatialSvd spatial = SpatialSvd.of(w);
    assertEquals(10, spatial.svd().fullRank());
    Tensor expected =
        Convolutions.convolve(x, w, List.of(2, 1), List.of(1, 0, 2, 1), List.of(1, 2), 1);
    assertTrue(RelativeError.of(expected, apply(spatial.factors(10), x)) < 1e-14);
  }

  private static Tensor apply(SpatialSvd.Factors layers, Tensor x) {
    Tensor between =
        Convolutions.convolve(
            x, layers.vertical(), List.of(2, 1), List.of(1, 0, 2, 0), List.of(1, 1), 1);
    return Convolutions.convolve(
        between, layers.horizontal(), List.of(1, 1), List.of(0, 0, 0, 1), List.of(1, 2), 1);
  }

  @Test
  void theErrorIsThatOfTheUnfoldedWeights() {
    Tensor w = Convolutions.random(3, 6, 3, 3, 3);
    SpatialSvd spatial = SpatialSvd.of(w);
    for (int r = 1; r <= spatial.svd().fullRank(); r++) {
      Tensor product = product(spatial.factors(r));
      assertEquals(spatial.svd().relativeError(r), RelativeError.of(w, product), 1e-10);
    }
  }

  /** The weights of the one convolution that equals both layers. */
  private static Tensor product(SpatialSvd.Factors layers) {
    Shape v = layers.vertical().shape();
    Shape h = layers.horizontal().shape();
    Shape shape = Shape.of(h.dim(0), v.dim(1), v.dim(2), h.dim(3));
    double[] w = new double[shape.size()];
    for (int i = 0; i < w.length; i++) {
      int x = i % shape.dim(3);
      int y = i / shape.dim(3) % shape.dim(2);
      int c = i / shape.dim(3) / shape.dim(2) % shape.dim(1);
      int o = i / shape.dim(3) / shape.dim(2) / shape.dim(1);
      for (int r = 0; r < v.dim(0); r++) {
        w[i] +=
            layers.vertical().doubleAt((r * v.dim(1) + c) * v.dim(2) + y)
                * layers.horizontal().doubleAt((o * h.dim(1) + r) * h.dim(3) + x);
      }
    }
    return Tensor.adopt(new TensorType(DType.FLOAT64, shape), w);
  }

  @Test
  void filtersThatAreOuterProductsNeedOneRowEach() {
    // Sobel's filter is (1 2 1)^T (1 0 -1).
    Tensor sobel = Tensor.ofFloats(Shape.of(1, 1, 3, 3), 1, 0, -1, 2, 0, -2, 1, 0, -1);
    assertEquals(1, SpatialSvd.of(sobel).svd().rankForEnergy(1e-12));
  }

  @Test
  void costsCountBothLayers() {
    SpatialSvd spatial = SpatialSvd.of(Convolutions.random(4, 8, 4, 3, 3));
    assertEquals(new RankCost(288, 36), spatial.parameters());
    // 10 x 10 in, 5 x 5 out with stride 2: 5 x 10 between.
    assertEquals(new RankCost(288 * 25, 50 * 12 + 25 * 24), spatial.macs(50, 25));
  }

  @Test
  void refusesWeightsOfOtherAxes() {
    assertEquals(
        "weights f64[3,2,5]; expected [O, I, kh, kw]",
        assertThrows(
                IllegalArgumentException.class,
                () -> SpatialSvd.of(Convolutions.random(5, 3, 2, 5)))
            .getMessage());
  }
}
