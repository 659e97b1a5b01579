package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;

class VariationalRankTest {
  @Test
  void findsPlantedRanksUnderNoise() {
    for (int planted : new int[] {0, 1, 10, 30}) {
      for (int[] sides : new int[][] {{100, 300}, {300, 100}, {100, 100}, {64, 576}}) {
        for (double noise : new double[] {1e-3, 1, 100}) {
          DMatrixRMaj y = planted(sides[0], sides[1], planted, noise, 1);
          assertEquals(planted, VariationalRank.of(y), sides[0] + " x " + sides[1]);
        }
      }
    }
  }

  @Test
  void withoutNoiseTheRankIsThatOfTheMatrix() {
    for (int planted : new int[] {0, 1, 7}) {
      assertEquals(planted, VariationalRank.of(planted(40, 90, planted, 0, 2)));
      assertEquals(planted, VariationalRank.of(rounded(planted(40, 90, planted, 0, 2))));
    }
  }

  @Test
  void deadRowsAreNotCounted() {
    DMatrixRMaj y = planted(60, 200, 8, 1, 3);
    for (int i = 0; i < 20; i++) {
      for (int j = 0; j < 200; j++) {
        y.set(3 * i, j, 0);
      }
    }
    assertEquals(8, VariationalRank.of(y));
  }

  @Test
  void theSmallestMatricesHaveARank() {
    assertEquals(0, VariationalRank.ofSquares(new double[] {0}, 1, 1));
    assertEquals(0, VariationalRank.of(planted(1, 500, 0, 1, 4)));
  }

  @Test
  void weakeningLeadsFromTheRankToTheFullOne() {
    assertEquals(10, VariationalRank.weakened(10, 50, 1, 1));
    assertEquals(50, VariationalRank.weakened(10, 50, 0, 1));
    assertEquals(30, VariationalRank.weakened(10, 50, 0.5, 1));
    assertEquals(32, VariationalRank.weakened(10, 50, 0.5, 8));
    assertEquals(50, VariationalRank.weakened(49, 50, 1, 8));
    assertEquals(1, VariationalRank.weakened(0, 50, 1, 1));
  }

  @Test
  void refusesWhatIsNoSpectrumAndNoWeakening() {
    assertEquals(
        "1 values of 2 x 3",
        assertThrows(
                IllegalArgumentException.class,
                () -> VariationalRank.ofSquares(new double[1], 2, 3))
            .getMessage());
    assertEquals(
        "rank 1 of 2, w 1.5, multiple 1",
        assertThrows(IllegalArgumentException.class, () -> VariationalRank.weakened(1, 2, 1.5, 1))
            .getMessage());
  }

  private static DMatrixRMaj planted(int m, int n, int rank, double noise, long seed) {
    Random random = new Random(seed);
    DMatrixRMaj y = RandomMatrices_DDRM.rectangleGaussian(m, n, 0, 1, random);
    CommonOps_DDRM.scale(noise, y);
    if (rank > 0) {
      DMatrixRMaj a = RandomMatrices_DDRM.rectangleGaussian(m, rank, 0, 1, random);
      DMatrixRMaj b = RandomMatrices_DDRM.rectangleGaussian(rank, n, 0, 1, random);
      CommonOps_DDRM.multAdd(3 * Math.max(noise, 1e-3), a, b, y);
    }
    return y;
  }

  private static DMatrixRMaj rounded(DMatrixRMaj y) {
    for (int i = 0; i < y.data.length; i++) {
      y.data[i] = (float) y.data[i];
    }
    return y;
  }
}
