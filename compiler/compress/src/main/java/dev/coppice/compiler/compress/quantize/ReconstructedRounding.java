package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.tensor.Tensor;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;

/**
 * Rounding of weights that keeps what the layer computes, {@code min |(W - W') X|^2} over
 * calibration inputs X, instead of the weights themselves. Weights are rounded one after the other,
 * those of the strongest inputs first, and the error of each is made up for by those that follow
 * (OBQ: Frantar and Alistarh 2022, arXiv 2208.11580; in the order and by the Cholesky factors of
 * GPTQ: Frantar et al. 2023, arXiv 2210.17323). Then single integers move up or down as long as
 * that lessens the error, as AdaRound does by gradients (Nagel et al. 2020, arXiv 2004.10568). No
 * channel ends up worse than with nearest rounding.
 */
final class ReconstructedRounding {
  /** Fraction of the mean diagonal that is added, as GPTQ does. */
  private static final double DAMPING = 0.01;

  private static final int SWEEPS = 10;

  private ReconstructedRounding() {}

  /**
   * Other integers for the steps of {@code nearest}.
   *
   * @param w the weights before
   * @param nearest the weights rounded to the nearest integers
   */
  static QuantizedWeights round(Tensor w, QuantizedWeights nearest, InputGrams grams) {
    int[] integers = nearest.values().toInts();
    LayerInputs layer = grams.inputs();
    for (int g = 0; g < layer.groups(); g++) {
      for (int b = 0; b < grams.grams().get(g).size(); b++) {
        DMatrixRMaj gram = grams.grams().get(g).get(b);
        if (CommonOps_DDRM.trace(gram) > 0) {
          Block block = Block.of(gram);
          int channels = layer.outputs() / layer.groups();
          for (int o = g * channels; o < (g + 1) * channels; o++) {
            round(w, nearest, layer, block, o, b * InputGrams.BLOCK, integers);
          }
        }
      }
    }
    return nearest.with(integers);
  }

  /**
   * What is the same for all channels.
   *
   * @param gram the Gram matrix
   * @param damped with a larger diagonal
   * @param order elements, those of the largest diagonal first
   * @param factor upper triangular U with {@code U^T U} the inverse of {@code damped} in that order
   */
  private record Block(DMatrixRMaj gram, DMatrixRMaj damped, int[] order, DMatrixRMaj factor) {
    static Block of(DMatrixRMaj gram) {
      int n = gram.numCols;
      DMatrixRMaj damped = gram.copy();
      double more = DAMPING * CommonOps_DDRM.trace(gram) / n;
      for (int i = 0; i < n; i++) {
        damped.add(i, i, more);
      }
      int[] order =
          IntStream.range(0, n)
              .boxed()
              .sorted(Comparator.comparingDouble((Integer i) -> -gram.get(i, i)))
              .mapToInt(i -> i)
              .toArray();
      DMatrixRMaj inverse = new DMatrixRMaj(n, n);
      DMatrixRMaj ordered = new DMatrixRMaj(n, n);
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          ordered.set(i, j, damped.get(order[i], order[j]));
        }
      }
      CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(n, false);
      if (!CommonOps_DDRM.invertSPD(ordered, inverse) || !cholesky.decompose(inverse)) {
        throw new ArithmeticException("a damped Gram matrix is not positive definite");
      }
      return new Block(gram, damped, order, cholesky.getT(null));
    }
  }

  private static void round(
      Tensor w,
      QuantizedWeights nearest,
      LayerInputs layer,
      Block block,
      int output,
      int from,
      int[] integers) {
    int n = block.order().length;
    double[] weights = new double[n];
    int[] q = new int[n];
    QuantizedWeights.Steps[] steps = new QuantizedWeights.Steps[n];
    for (int k = 0; k < n; k++) {
      int at = layer.weight(output, from + k);
      weights[k] = w.floatAt(at);
      q[k] = integers[at];
      steps[k] = nearest.steps(nearest.groups().of(at));
    }
    double before = InputGrams.quadratic(block.gram(), errors(weights, q, steps));
    int[] fed = fedBack(weights, steps, block);
    double after = InputGrams.quadratic(block.gram(), errors(weights, fed, steps));
    int[] better = after < before ? fed : q.clone();
    descend(weights, better, steps, block.damped());
    if (InputGrams.quadratic(block.gram(), errors(weights, better, steps)) < before) {
      for (int k = 0; k < n; k++) {
        integers[layer.weight(output, from + k)] = better[k];
      }
    }
  }

  /** Rounds in order, each error spread over the weights that are still to come. */
  private static int[] fedBack(double[] w, QuantizedWeights.Steps[] steps, Block block) {
    int n = w.length;
    double[] rest = new double[n];
    for (int i = 0; i < n; i++) {
      rest[i] = w[block.order()[i]];
    }
    double[] u = block.factor().data;
    int[] q = new int[n];
    for (int i = 0; i < n; i++) {
      int k = block.order()[i];
      q[k] = steps[k].nearest(rest[i]);
      double error = (rest[i] - steps[k].real(q[k])) / u[i * n + i];
      for (int j = i + 1; j < n; j++) {
        rest[j] -= error * u[i * n + j];
      }
    }
    return q;
  }

  /** Moves single integers by one as long as the error gets less. */
  private static void descend(
      double[] w, int[] q, QuantizedWeights.Steps[] steps, DMatrixRMaj gram) {
    int n = w.length;
    double[] e = errors(w, q, steps);
    double[] slope = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        slope[i] += gram.data[i * n + j] * e[j];
      }
    }
    boolean moved = true;
    for (int sweep = 0; sweep < SWEEPS && moved; sweep++) {
      moved = false;
      for (int k = 0; k < n; k++) {
        int up = slope[k] > 0 ? 1 : -1;
        double step = up * (double) steps[k].scale();
        double change = step * (step * gram.data[k * n + k] - 2 * slope[k]);
        boolean inside = q[k] + up >= steps[k].low() && q[k] + up <= steps[k].high();
        if (inside && change < 0) {
          q[k] += up;
          for (int i = 0; i < n; i++) {
            slope[i] -= step * gram.data[k * n + i];
          }
          moved = true;
        }
      }
    }
  }

  private static double[] errors(double[] w, int[] q, QuantizedWeights.Steps[] steps) {
    double[] e = new double[w.length];
    for (int k = 0; k < e.length; k++) {
      e[k] = w[k] - steps[k].real(q[k]);
    }
    return e;
  }
}
