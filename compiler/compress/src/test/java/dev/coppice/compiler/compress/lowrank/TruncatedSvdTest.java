package dev.coppice.compiler.compress.lowrank;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.linalg.Gram;
import java.util.Arrays;
import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.ejml.dense.row.NormOps_DDRM;
import org.ejml.dense.row.RandomMatrices_DDRM;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TruncatedSvdTest {
  private final DMatrixRMaj w = RandomMatrices_DDRM.rectangle(12, 20, -1, 1, new Random(1));

  @Test
  void theErrorIsTheEnergyOfTheTail() {
    TruncatedSvd svd = TruncatedSvd.of(w);
    double[] s = svd.singularValues();
    double norm = NormOps_DDRM.normF(w);
    for (int k = 1; k <= 12; k++) {
      double tail = 0;
      for (int i = k; i < 12; i++) {
        tail += s[i] * s[i];
      }
      double error = distance(w, svd.factors(k).product());
      assertEquals(Math.sqrt(tail), error, 1e-10);
      assertEquals(error, svd.relativeError(k) * norm, 1e-10);
    }
    assertEquals(1, svd.relativeError(0));
  }

  @Test
  void fullRankIsExact() {
    TruncatedSvd svd = TruncatedSvd.of(w);
    assertEquals(12, svd.fullRank());
    assertTrue(MatrixFeatures_DDRM.isIdentical(w, svd.factors(12).product(), 1e-13));
  }

  @Test
  void bothSidesTakeTheRootOfTheSingularValues() {
    TruncatedSvd svd = TruncatedSvd.of(w);
    TruncatedSvd.Factors factors = svd.factors(4);
    DMatrixRMaj left = Gram.ofColumns(factors.second());
    DMatrixRMaj right = Gram.ofRows(factors.first());
    assertTrue(MatrixFeatures_DDRM.isIdentical(left, right, 1e-12));
    for (int k = 0; k < 4; k++) {
      assertEquals(svd.singularValues()[k], left.get(k, k), 1e-12);
    }
  }

  @Test
  void theRankForAnEnergyIsTheSmallest() {
    TruncatedSvd svd = TruncatedSvd.of(CommonOps_DDRM.diag(4, 3, 0, 2, 1));
    assertEquals(5, svd.fullRank());
    // Squares 16, 9, 4, 1, 0 of 30.
    assertEquals(4, svd.rankForEnergy(0));
    assertEquals(4, svd.rankForEnergy(0.03));
    assertEquals(3, svd.rankForEnergy(0.034));
    assertEquals(2, svd.rankForEnergy(0.17));
    assertEquals(1, svd.rankForEnergy(1));
    assertEquals(1, TruncatedSvd.of(new DMatrixRMaj(3, 3)).rankForEnergy(0));
  }

  @Test
  void ranksAreFoundWithoutTheDecomposition() {
    DMatrixRMaj tall = CommonOps_DDRM.transpose(w, null);
    CommonOps_DDRM.scale(1e-20, tall);
    for (DMatrixRMaj a : new DMatrixRMaj[] {w, tall}) {
      double[] s = TruncatedSvd.of(a).singularValues();
      for (double lost = 1e-14; lost < 1; lost *= 1.3) {
        int rank = 12;
        double tail = 0;
        double whole = Arrays.stream(s).map(v -> v * v).sum();
        while (rank > 1 && tail + s[rank - 1] * s[rank - 1] <= lost * whole) {
          rank--;
          tail += s[rank] * s[rank];
        }
        assertEquals(rank, TruncatedSvd.of(a).rankForEnergy(lost), "lost " + lost);
      }
    }
  }

  @Test
  void knownInputsMakeTheOutputsNearer() {
    Random random = new Random(2);
    DMatrixRMaj x = RandomMatrices_DDRM.rectangle(20, 200, -1, 1, random);
    for (int i = 0; i < 20; i++) {
      double scale = Math.pow(0.7, i);
      for (int j = 0; j < 200; j++) {
        x.set(i, j, scale * x.get(i, j));
      }
    }
    DMatrixRMaj gram = Gram.ofRows(x);
    CommonOps_DDRM.scale(1.0 / 200, gram);
    TruncatedSvd plain = TruncatedSvd.of(w);
    TruncatedSvd aware = TruncatedSvd.of(w, gram, 1e-12);
    for (int k : new int[] {2, 4, 8}) {
      DMatrixRMaj approximation = aware.factors(k).product();
      double error = outputError(approximation, x);
      assertTrue(error < 0.9 * outputError(plain.factors(k).product(), x), "rank " + k);
      double norm = outputError(new DMatrixRMaj(12, 20), x);
      assertEquals(error / norm, aware.relativeError(k), 1e-8);
      isBestForTheOutputs(approximation, k, x, error);
    }
    assertTrue(MatrixFeatures_DDRM.isIdentical(w, aware.factors(12).product(), 1e-9));
  }

  /** No small change of the factors makes the outputs nearer. */
  private void isBestForTheOutputs(DMatrixRMaj best, int k, DMatrixRMaj x, double error) {
    TruncatedSvd.Factors factors = TruncatedSvd.of(best).factors(k);
    Random random = new Random(3);
    for (int trial = 0; trial < 20; trial++) {
      DMatrixRMaj first = factors.first().copy();
      for (int i = 0; i < first.data.length; i++) {
        first.data[i] += 1e-3 * random.nextGaussian();
      }
      DMatrixRMaj other = new TruncatedSvd.Factors(first, factors.second()).product();
      assertTrue(outputError(other, x) > error);
    }
  }

  @Test
  void inputsOfEqualEnergyChangeNothing() {
    DMatrixRMaj identity = CommonOps_DDRM.identity(20);
    DMatrixRMaj plain = TruncatedSvd.of(w).factors(3).product();
    DMatrixRMaj aware = TruncatedSvd.of(w, identity, 1e-6).factors(3).product();
    assertTrue(MatrixFeatures_DDRM.isIdentical(plain, aware, 1e-10));
    DMatrixRMaj silent = TruncatedSvd.of(w, new DMatrixRMaj(20, 20), 1e-6).factors(3).product();
    assertTrue(MatrixFeatures_DDRM.isIdentical(plain, silent, 1e-10));
  }

  @Test
  void refusesRanksAndMatricesThatDoNotFit() {
    TruncatedSvd svd = TruncatedSvd.of(w);
    assertEquals("rank 0 of 12", message(() -> svd.factors(0)));
    assertEquals("rank 13 of 12", message(() -> svd.factors(13)));
    assertEquals("lost energy -0.1", message(() -> svd.rankForEnergy(-0.1)));
    DMatrixRMaj identity = CommonOps_DDRM.identity(20);
    assertEquals(
        "Gram matrix is not definite with epsilon 0.0",
        message(() -> TruncatedSvd.of(w, identity, 0)));
    assertEquals(
        "Gram matrix 3 x 3 for 20 inputs",
        message(() -> TruncatedSvd.of(w, new DMatrixRMaj(3, 3), 1)));
  }

  private double outputError(DMatrixRMaj approximation, DMatrixRMaj x) {
    DMatrixRMaj difference = w.copy();
    CommonOps_DDRM.subtractEquals(difference, approximation);
    DMatrixRMaj outputs = new DMatrixRMaj(w.numRows, x.numCols);
    CommonOps_DDRM.mult(difference, x, outputs);
    return NormOps_DDRM.normF(outputs);
  }

  private static double distance(DMatrixRMaj a, DMatrixRMaj b) {
    DMatrixRMaj difference = a.copy();
    CommonOps_DDRM.subtractEquals(difference, b);
    return NormOps_DDRM.normF(difference);
  }

  private static String message(Executable executable) {
    return assertThrows(IllegalArgumentException.class, executable).getMessage();
  }
}
