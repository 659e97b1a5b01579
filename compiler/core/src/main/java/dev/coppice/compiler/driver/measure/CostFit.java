package dev.coppice.compiler.driver.measure;

import dev.coppice.compiler.loop.CostFigure;
import dev.coppice.compiler.loop.Costs;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Finds the costs by which predicted times come closest to measured ones: least squares of the
 * logarithms of their ratios, so that a kernel counts as much as any other however long it takes,
 * and of the logarithms of what figures change by, so that a figure that no kernel tells about
 * keeps its value. Kernels that are far off count less (Huber, Robust Estimation of a Location
 * Parameter, 1964). Solved by Levenberg and Marquardt's method.
 */
final class CostFit {
  /** Weight of the change of a figure against that of a ratio. */
  private static final double KEPT = 0.02;

  /** Logarithm of a ratio from which a kernel counts less. */
  private static final double FAR = 0.5;

  private static final double DIFFERENCE = 0.05;
  private static final int STEPS = 12;

  /** A step that leaves more of the loss is the last. */
  private static final double CONVERGED = 0.995;

  /** Longest step: a figure changes by this at most, as a logarithm. */
  private static final double LONGEST = 0.7;

  private final Costs start;
  private final List<CostFigure> figures;
  private final Function<Costs, double[]> predict;
  private final double[] measured;

  private CostFit(
      Costs start, List<CostFigure> figures, Function<Costs, double[]> predict, double[] measured) {
    this.start = start;
    this.figures = figures;
    this.predict = predict;
    this.measured = measured;
  }

  /**
   * Fits costs.
   *
   * @param start where to begin; figures that are not among {@code figures} stay
   * @param predict nanoseconds of each kernel by given costs
   * @param measured nanoseconds of each kernel
   */
  static Costs fit(
      Costs start, List<CostFigure> figures, Function<Costs, double[]> predict, double[] measured) {
    return new CostFit(start, figures, predict, measured).fit();
  }

  private Costs fit() {
    double[] x = new double[figures.size()];
    double[] ratios = ratios(x);
    double damping = 0.1;
    for (int step = 0; step < STEPS; step++) {
      double[][] slopes = slopes(x, ratios);
      boolean better = false;
      for (int tries = 0; tries < 4 && !better; tries++) {
        double[] next = step(x, ratios, slopes, damping);
        double[] nextRatios = ratios(next);
        better = loss(next, nextRatios) < CONVERGED * loss(x, ratios);
        damping *= better ? 0.3 : 4;
        x = better ? next : x;
        ratios = better ? nextRatios : ratios;
      }
      if (!better) {
        break;
      }
    }
    return costs(x);
  }

  private Costs costs(double[] x) {
    Map<CostFigure, Double> changed = new EnumMap<>(CostFigure.class);
    for (int j = 0; j < x.length; j++) {
      changed.put(figures.get(j), start.get(figures.get(j)) * Math.exp(x[j]));
    }
    return start.with(start.source(), changed);
  }

  /** Logarithms of predicted to measured times. */
  private double[] ratios(double[] x) {
    double[] predicted = predict.apply(costs(x));
    double[] ratios = new double[measured.length];
    Arrays.setAll(ratios, i -> Math.log(Math.max(predicted[i], 1e-9) / measured[i]));
    return ratios;
  }

  private double loss(double[] x, double[] ratios) {
    double sum = 0;
    for (double r : ratios) {
      double off = Math.abs(r);
      sum += off < FAR ? off * off : FAR * (2 * off - FAR);
    }
    for (double change : x) {
      sum += KEPT * change * change;
    }
    return sum;
  }

  /** Changes of the ratios with each figure, [figure][kernel]. */
  private double[][] slopes(double[] x, double[] ratios) {
    double[][] slopes = new double[x.length][];
    for (int j = 0; j < x.length; j++) {
      double[] moved = x.clone();
      moved[j] += DIFFERENCE;
      double[] there = ratios(moved);
      Arrays.setAll(there, i -> (there[i] - ratios[i]) / DIFFERENCE);
      slopes[j] = there;
    }
    return slopes;
  }

  private static double[] step(double[] x, double[] ratios, double[][] slopes, double damping) {
    int n = x.length;
    double[][] rows = new double[n][n + 1];
    for (int j = 0; j < n; j++) {
      for (int k = 0; k < n; k++) {
        for (int i = 0; i < ratios.length; i++) {
          rows[j][k] += weight(ratios[i]) * slopes[j][i] * slopes[k][i];
        }
      }
      rows[j][j] += KEPT + damping;
      rows[j][n] = -KEPT * x[j];
      for (int i = 0; i < ratios.length; i++) {
        rows[j][n] -= weight(ratios[i]) * slopes[j][i] * ratios[i];
      }
    }
    double[] next = solve(rows);
    for (int j = 0; j < n; j++) {
      next[j] = x[j] + Math.max(-LONGEST, Math.min(LONGEST, next[j]));
    }
    return next;
  }

  private static double weight(double ratio) {
    return Math.min(1, FAR / Math.max(Math.abs(ratio), 1e-9));
  }

  /**
   * Solves equations whose matrix is positive definite; right-hand sides are in the last column.
   */
  private static double[] solve(double[][] rows) {
    int n = rows.length;
    for (int j = 0; j < n; j++) {
      for (int r = j + 1; r < n; r++) {
        double f = rows[r][j] / rows[j][j];
        for (int k = j; k <= n; k++) {
          rows[r][k] -= f * rows[j][k];
        }
      }
    }
    double[] x = new double[n];
    for (int j = n - 1; j >= 0; j--) {
      double sum = rows[j][n];
      for (int k = j + 1; k < n; k++) {
        sum -= rows[j][k] * x[k];
      }
      x[j] = sum / rows[j][j];
    }
    return x;
  }
}
