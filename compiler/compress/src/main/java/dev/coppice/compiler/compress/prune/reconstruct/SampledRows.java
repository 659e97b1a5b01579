package dev.coppice.compiler.compress.prune.reconstruct;

import dev.coppice.compiler.compress.linalg.NormalEquations;
import dev.coppice.compiler.compress.linalg.RidgeRegression;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.ejml.data.DMatrixRMaj;

/** Rows of a layer's input and output, as many as its least-squares problems need, in memory. */
public final class SampledRows {
  private static final int SAMPLES = 2000;
  private static final int SAMPLES_PER_INPUT = 10;

  /** Wide layers are looked at through no more rows than fit. */
  private static final long ELEMENTS = 40_000_000;

  private final int inputs;
  private final List<float[]> xs = new ArrayList<>();
  private final List<float[]> ys = new ArrayList<>();

  private SampledRows(int inputs) {
    this.inputs = inputs;
  }

  /** Rows of {@code group}, for tensors of each example. */
  public static SampledRows of(
      LayerGeometry g, int group, List<Tensor> inputs, List<Tensor> targets, long seed) {
    SampledRows rows = new SampledRows(g.inputs());
    long wanted = Math.min(ELEMENTS / g.inputs(), SAMPLES + (long) SAMPLES_PER_INPUT * g.inputs());
    int examples = inputs.size();
    int most = (int) Math.max(1, wanted / Math.max(1, examples));
    for (int e = 0; e < examples && rows.xs.size() < Math.max(wanted, 1); e++) {
      float[] x = inputs.get(e).toFloats();
      float[] y = targets.get(e).toFloats();
      for (int position : g.sampled(most, seed + e)) {
        float[] row = new float[g.inputs()];
        float[] target = new float[g.outputs()];
        g.row(x, group, position, row);
        for (int o = 0; o < target.length; o++) {
          int channels = g.outputs() * g.groups();
          target[o] = y[g.place(position, group * g.outputs() + o, channels)];
        }
        rows.xs.add(row);
        rows.ys.add(target);
      }
    }
    return rows;
  }

  /** The Gram matrix of the inputs {@code from} to before {@code to}, less their means. */
  public DMatrixRMaj gram(int from, int to) {
    NormalEquations sums = new NormalEquations(to - from, 0);
    for (float[] x : xs) {
      sums.add(x, from, new float[0], 0);
    }
    return sums.gram(true);
  }

  /**
   * Fits the weights of output {@code o} that are not zero, in place, near to what they are.
   *
   * @return its bias
   */
  public double refit(double[] row, int o, double ridge) {
    int[] support = new int[inputs];
    int n = 0;
    for (int i = 0; i < inputs; i++) {
      if (row[i] != 0) {
        support[n++] = i;
      }
    }
    if (n == 0) {
      return ys.stream().mapToDouble(y -> y[o]).average().orElse(0);
    }
    NormalEquations sums = new NormalEquations(n, 1);
    float[] x = new float[n];
    float[] y = new float[1];
    for (int r = 0; r < xs.size(); r++) {
      for (int i = 0; i < n; i++) {
        x[i] = xs.get(r)[support[i]];
      }
      y[0] = ys.get(r)[o];
      sums.add(x, 0, y, 0);
    }
    DMatrixRMaj prior = new DMatrixRMaj(1, n);
    for (int i = 0; i < n; i++) {
      prior.set(0, i, row[support[i]]);
    }
    RidgeRegression.Fit fit = new RidgeRegression(ridge, true).fit(sums, prior);
    for (int i = 0; i < n; i++) {
      row[support[i]] = fit.weights().get(0, i);
    }
    return fit.bias()[0];
  }
}
