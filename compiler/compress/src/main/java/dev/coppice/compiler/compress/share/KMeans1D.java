package dev.coppice.compiler.compress.share;

import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds a codebook for weights by k-means in one dimension (Lloyd 1982; for weights Han, Mao, Dally
 * 2016, arXiv 1510.00149, section 3): values go to the nearest centroid, centroids to the mean of
 * their values, until neither changes. An empty cluster starts again at the value that is farthest
 * from its centroid. Weights are sorted once; an iteration then takes {@code k log n} steps.
 *
 * @param clusters the most values of the codebook, 1 to 65536; at most {@value #MAX_OPTIMAL} for an
 *     optimal start
 * @param start where centroids start
 * @param seed of starts by chance
 * @param keepZeros whether zeros are a value of the codebook of their own, so that pruned weights
 *     stay zero; then there are at least 2 clusters
 * @param maxIterations at least 1
 */
public record KMeans1D(
    int clusters, CentroidStart start, long seed, boolean keepZeros, int maxIterations) {
  /** The most clusters of an optimal start: its table has a row for each. */
  static final int MAX_OPTIMAL = 1024;

  /** Throws {@link IllegalArgumentException} if a number is out of range. */
  public KMeans1D {
    if (clusters < (keepZeros ? 2 : 1)
        || clusters > (start == CentroidStart.OPTIMAL ? MAX_OPTIMAL : 1 << 16)
        || maxIterations < 1) {
      throw new IllegalArgumentException(
          clusters + " clusters, start " + start + ", " + maxIterations + " iterations");
    }
  }

  /**
   * A codebook and how it came about.
   *
   * @param codebook at most as many values as clusters were asked for
   * @param errors after each iteration the sum of squared distances of the weights, without zeros
   *     kept apart, from the mean of their cluster; the last iteration changes nothing unless the
   *     most were done
   */
  public record Fit(Codebook codebook, List<Double> errors) {
    /** Copies the list. */
    public Fit {
      errors = List.copyOf(errors);
    }
  }

  /**
   * The codebook of one or several tensors together, lossless if they have no more distinct values
   * than there are clusters.
   *
   * @throws IllegalArgumentException if a weight is not finite
   */
  public Fit fit(List<Tensor> weights) {
    int n = 0;
    for (Tensor w : weights) {
      n = Math.addExact(n, w.size());
    }
    float[] all = new float[n];
    int used = 0;
    for (Tensor w : weights) {
      for (int i = 0; i < w.size(); i++) {
        float value = w.floatAt(i);
        if (!Float.isFinite(value)) {
          throw new IllegalArgumentException("weight " + i + " is " + value);
        }
        if (value != 0 || !keepZeros) {
          all[used++] = value;
        }
      }
    }
    boolean zeros = used < n;
    SortedValues values = SortedValues.of(used < n ? Arrays.copyOf(all, used) : all);
    int k = zeros ? clusters - 1 : clusters;
    return values.size() <= k ? distinct(values, zeros) : iterate(values, k, zeros);
  }

  private static Fit distinct(SortedValues values, boolean zeros) {
    double[] centroids = new double[values.size()];
    for (int i = 0; i < centroids.length; i++) {
      centroids[i] = values.value(i);
    }
    return new Fit(codebook(centroids, zeros || centroids.length == 0), List.of(0.0));
  }

  private Fit iterate(SortedValues values, int k, boolean zeros) {
    double[] centroids = start.centroids(values, k, seed);
    Arrays.sort(centroids);
    Intervals intervals = Intervals.nearest(values, centroids);
    List<Double> errors = new ArrayList<>();
    errors.add(intervals.error());
    centroids = refilled(values, intervals.means(), k);
    while (errors.size() < maxIterations) {
      Intervals next = Intervals.nearest(values, centroids);
      errors.add(next.error());
      if (next.sameBounds(intervals)) {
        break;
      }
      intervals = next;
      centroids = refilled(values, intervals.means(), k);
    }
    return new Fit(codebook(centroids, zeros), errors);
  }

  /** {@code means} and, until there are {@code k}, the value farthest from all of them. */
  private static double[] refilled(SortedValues values, double[] means, int k) {
    double[] centroids = means;
    while (centroids.length < k) {
      float farthest = Intervals.nearest(values, centroids).farthest(centroids);
      double[] more = Arrays.copyOf(centroids, centroids.length + 1);
      more[centroids.length] = farthest;
      Arrays.sort(more);
      centroids = more;
    }
    return centroids;
  }

  private static Codebook codebook(double[] centroids, boolean withZero) {
    return Codebook.of(withZero ? Arrays.copyOf(centroids, centroids.length + 1) : centroids);
  }
}
