package dev.coppice.compiler.compress.linalg;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.MatrixFeatures_DDRM;
import org.junit.jupiter.api.Test;

class NormalEquationsTest {
  private static final int SAMPLES = 150;
  private static final int INPUTS = 5;
  private static final int OUTPUTS = 3;

  private final float[] x = values(SAMPLES * INPUTS, 1);
  private final float[] y = values(SAMPLES * OUTPUTS, 2);

  @Test
  void sumsAreThoseOfAllSamples() {
    NormalEquations equations = added(new int[] {0, 1, 2, 3, 4});
    DMatrixRMaj xx = new DMatrixRMaj(INPUTS, INPUTS);
    DMatrixRMaj xy = new DMatrixRMaj(INPUTS, OUTPUTS);
    for (int r = 0; r < SAMPLES; r++) {
      for (int i = 0; i < INPUTS; i++) {
        for (int j = 0; j < INPUTS; j++) {
          xx.add(i, j, (double) x[r * INPUTS + i] * x[r * INPUTS + j]);
        }
        for (int o = 0; o < OUTPUTS; o++) {
          xy.add(i, o, (double) x[r * INPUTS + i] * y[r * OUTPUTS + o]);
        }
      }
    }
    assertTrue(MatrixFeatures_DDRM.isIdentical(xx, equations.gram(false), 1e-11));
    assertTrue(MatrixFeatures_DDRM.isIdentical(xy, equations.cross(false), 1e-11));
    assertEquals(SAMPLES, equations.samples());
  }

  @Test
  void centredSumsDoNotChangeWhenAConstantIsAdded() {
    NormalEquations equations = added(new int[] {0, 1, 2, 3, 4});
    NormalEquations shifted = new NormalEquations(INPUTS, OUTPUTS);
    for (int r = 0; r < SAMPLES; r++) {
      float[] row = new float[INPUTS];
      for (int i = 0; i < INPUTS; i++) {
        row[i] = x[r * INPUTS + i] + 1024;
      }
      shifted.add(row, 0, y, r * OUTPUTS);
    }
    assertTrue(MatrixFeatures_DDRM.isIdentical(equations.gram(true), shifted.gram(true), 0.05));
    assertTrue(MatrixFeatures_DDRM.isIdentical(equations.cross(true), shifted.cross(true), 0.05));
  }

  @Test
  void selectedInputsAreAsIfTheyAloneHadBeenAdded() {
    int[] keep = {4, 0, 2};
    NormalEquations all = added(new int[] {0, 1, 2, 3, 4});
    NormalEquations some = all.select(keep);
    NormalEquations alone = added(keep);
    for (boolean centred : new boolean[] {false, true}) {
      assertTrue(MatrixFeatures_DDRM.isIdentical(alone.gram(centred), some.gram(centred), 1e-12));
      assertTrue(MatrixFeatures_DDRM.isIdentical(alone.cross(centred), some.cross(centred), 1e-12));
    }
    assertEquals(alone.squaredOutputs(), some.squaredOutputs());
    DMatrixRMaj weights = new DMatrixRMaj(OUTPUTS, 3);
    assertArrayEquals(alone.bias(weights), some.bias(weights), 1e-15);
  }

  @Test
  void theSquaredErrorIsThatOfTheSamples() {
    NormalEquations equations = added(new int[] {0, 1, 2, 3, 4});
    DMatrixRMaj w = new DMatrixRMaj(OUTPUTS, INPUTS);
    for (int i = 0; i < w.data.length; i++) {
      w.data[i] = Math.sin(i);
    }
    double[] bias = {0.5, -1, 2};
    double expected = 0;
    for (int r = 0; r < SAMPLES; r++) {
      for (int o = 0; o < OUTPUTS; o++) {
        double error = y[r * OUTPUTS + o] - bias[o];
        for (int i = 0; i < INPUTS; i++) {
          error -= w.get(o, i) * x[r * INPUTS + i];
        }
        expected += error * error;
      }
    }
    assertEquals(expected, equations.squaredError(w, bias), 1e-10 * expected);
  }

  @Test
  void outputsMayBeAbsent() {
    NormalEquations equations = new NormalEquations(2, 0);
    equations.add(new float[] {1, 2}, 0, new float[0], 0);
    assertArrayEquals(new double[] {1, 2, 2, 4}, equations.gram(false).data);
    assertEquals(0, equations.squaredError(new DMatrixRMaj(0, 2), new double[0]));
  }

  @Test
  void aSampleThatIsNotFiniteIsRefusedWhole() {
    NormalEquations equations = new NormalEquations(2, 1);
    float[] bad = {1, Float.POSITIVE_INFINITY};
    assertEquals(
        "element 1 of a sample is Infinity",
        assertThrows(IllegalArgumentException.class, () -> equations.add(bad, 0, new float[1], 0))
            .getMessage());
    assertEquals(0, equations.samples());
    assertArrayEquals(new double[4], equations.gram(false).data);
    assertThrows(IllegalArgumentException.class, () -> new NormalEquations(0, 1));
  }

  private NormalEquations added(int[] inputs) {
    NormalEquations equations = new NormalEquations(inputs.length, OUTPUTS);
    for (int r = 0; r < SAMPLES; r++) {
      float[] row = new float[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        row[i] = x[r * INPUTS + inputs[i]];
      }
      equations.add(row, 0, y, r * OUTPUTS);
    }
    return equations;
  }

  private static float[] values(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian() + 0.5f;
    }
    return values;
  }
}
