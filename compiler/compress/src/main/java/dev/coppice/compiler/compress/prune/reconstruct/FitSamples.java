package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.compress.linalg.NormalEquations;
import dev.coppice.compiler.compress.linalg.RidgeRegression;
import dev.coppice.compiler.compress.linalg.WideRegression;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/**
 * Samples of a least-squares problem: as sums, or for wide inputs, whose Gram matrix would be too
 * large, as they are, up to a number.
 */
final class FitSamples {
  /** More inputs than this are solved in the dual form. */
  private static final int WIDE = 2048;

  /** Samples that the dual form takes at most; those after are left out. */
  private static final int MOST = 2000;

  /** Ridges that are tried, each ten times the one before. */
  private static final int RIDGES = 6;

  private final boolean wide;
  private final int outputs;
  private final NormalEquations sums;
  private final List<float[]> xs = new ArrayList<>();
  private final List<float[]> ys = new ArrayList<>();

  FitSamples(int inputs, int outputs) {
    this.wide = inputs > WIDE;
    this.outputs = outputs;
    this.sums = new NormalEquations(wide ? 1 : inputs, outputs);
  }

  void add(float[] x, float[] y) {
    if (!wide) {
      sums.add(x, 0, y, 0);
    } else if (xs.size() < MOST) {
      xs.add(x.clone());
      ys.add(y.clone());
      sums.add(x, 0, y, 0);
    }
  }

  /** The squared deviation of the targets from their means. */
  double energy() {
    DMatrixRMaj none = new DMatrixRMaj(outputs, sums.inputs());
    return sums.squaredError(none, sums.bias(none));
  }

  /** The squared error of weights and a bias. */
  double squaredError(DMatrixRMaj weights, double[] bias) {
    if (!wide) {
      return sums.squaredError(weights, bias);
    }
    double error = 0;
    for (int r = 0; r < xs.size(); r++) {
      for (int o = 0; o < outputs; o++) {
        double d = ys.get(r)[o] - bias[o];
        float[] x = xs.get(r);
        for (int i = 0; i < x.length; i++) {
          d -= weights.data[o * x.length + i] * x[i];
        }
        error += d * d;
      }
    }
    return error;
  }

  /**
   * The fit near {@code prior}. For wide inputs the ridge is the one, from the given one upwards,
   * with which a fit to four fifths of the samples errs least on the rest: with more inputs than
   * samples every fit looks perfect on its own.
   */
  RidgeRegression.Fit fit(DMatrixRMaj prior, double ridge) {
    if (!wide) {
      return new RidgeRegression(ridge, true).fit(sums, prior);
    }
    WideRegression problem = new WideRegression(xs, ys, prior);
    int cut = Math.max(1, xs.size() * 4 / 5);
    double least = Math.max(ridge, 1e-6);
    double best = least;
    double lowest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < RIDGES; i++) {
      double candidate = least * Math.pow(10, i);
      double error = problem.heldOutError(cut, candidate);
      if (error < lowest) {
        lowest = error;
        best = candidate;
      }
    }
    return problem.fit(best);
  }
}
