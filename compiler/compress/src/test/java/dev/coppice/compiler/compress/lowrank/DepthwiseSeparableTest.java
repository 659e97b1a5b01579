package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.RelativeError;
import dev.coppice.compiler.compress.linalg.Svd;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;

class DepthwiseSeparableTest {
  @Test
  void theFullMultiplierIsExactAlsoWithStridesAndPads() {
    int[][] shapes = {{4, 2, 3, 3}, {12, 3, 2, 3}};
    for (int[] dims : shapes) {
      Tensor w = Convolutions.random(1, dims);
      int full = Math.min(dims[0], dims[2] * dims[3]);
      DepthwiseSeparable pair = DepthwiseSeparable.of(w, full);
      Tensor x = Convolutions.random(2, 1, dims[1], 9, 8);
      List<Integer> strides = List.of(2, 1);
      List<Integer> pads = List.of(1, 2, 0, 1);
      List<Integer> ones = List.of(1, 1);
      Tensor expected = Convolutions.convolve(x, w, strides, pads, List.of(1, 2), 1);
      Tensor between =
          Convolutions.convolve(x, pair.depthwise(), strides, pads, List.of(1, 2), dims[1]);
      Tensor actual =
          Convolutions.convolve(between, pair.pointwise(), ones, List.of(0, 0, 0, 0), ones, 1);
      assertTrue(RelativeError.of(expected, actual) < 1e-14);
      assertEquals(0, pair.relativeError());
    }
  }

  @Test
  void theErrorOfRankOneIsWhatTheSingularValuesLeaveOut() {
    Tensor w = Convolutions.random(3, 5, 2, 3, 3);
    double lost = 0;
    double total = 0;
    for (int c = 0; c < 2; c++) {
      DMatrixRMaj filters = new DMatrixRMaj(5, 9);
      for (int o = 0; o < 5; o++) {
        for (int i = 0; i < 9; i++) {
          filters.set(o, i, w.doubleAt((o * 2 + c) * 9 + i));
        }
      }
      double[] s = Svd.of(filters).values();
      for (int r = 0; r < 5; r++) {
        lost += r == 0 ? 0 : s[r] * s[r];
        total += s[r] * s[r];
      }
    }
    assertEquals(Math.sqrt(lost / total), DepthwiseSeparable.of(w, 1).relativeError(), 1e-12);
  }

  @Test
  void twentySixParametersForSeventyTwo() {
    DepthwiseSeparable pair = DepthwiseSeparable.of(Convolutions.random(4, 4, 2, 3, 3), 1);
    assertEquals(Shape.of(2, 1, 3, 3), pair.depthwise().shape());
    assertEquals(Shape.of(4, 2, 1, 1), pair.pointwise().shape());
    assertEquals(26, pair.depthwise().size() + pair.pointwise().size());
  }

  @Test
  void refusesMultipliersOutOfRange() {
    Tensor w = Convolutions.random(5, 4, 2, 3, 3);
    assertEquals(
        "multiplier 5 for filters [4,2,3,3]; at most 4",
        assertThrows(IllegalArgumentException.class, () -> DepthwiseSeparable.of(w, 5))
            .getMessage());
    assertThrows(IllegalArgumentException.class, () -> DepthwiseSeparable.of(w, 0));
  }
}
