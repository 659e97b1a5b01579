package dev.coppice.compiler.compress.share;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/** Where the centroids of {@link KMeans1D} start. */
public enum CentroidStart {
  /** Evenly from the smallest to the largest weight: keeps the rare large ones. */
  LINEAR {
    @Override
    double[] centroids(SortedValues values, int k, long seed) {
      double min = values.value(0);
      double max = values.value(values.size() - 1);
      double[] centroids = new double[k];
      for (int j = 0; j < k; j++) {
        centroids[j] = k == 1 ? (min + max) / 2 : min + j * ((max - min) / (k - 1));
      }
      return centroids;
    }
  },

  /** At quantiles {@code (j + 1/2) / k}: as many weights to each centroid. */
  DENSITY {
    @Override
    double[] centroids(SortedValues values, int k, long seed) {
      long n = values.count(0, values.size());
      double[] centroids = new double[k];
      for (int j = 0; j < k; j++) {
        centroids[j] = values.value(values.positionOf((long) ((j + 0.5) / k * n)));
      }
      return centroids;
    }
  },

  /** At weights drawn by chance. */
  RANDOM {
    @Override
    double[] centroids(SortedValues values, int k, long seed) {
      Random random = new Random(seed);
      double[] centroids = new double[k];
      for (int j = 0; j < k; j++) {
        centroids[j] = values.value(drawn(values, random));
      }
      return centroids;
    }
  },

  /**
   * At weights drawn with a probability in proportion to the squared distance from the nearest one
   * drawn before (Arthur and Vassilvitskii 2007).
   */
  KMEANS_PLUS_PLUS {
    @Override
    double[] centroids(SortedValues values, int k, long seed) {
      Random random = new Random(seed);
      double[] centroids = {values.value(drawn(values, random))};
      while (centroids.length < k) {
        Intervals intervals = Intervals.nearest(values, centroids);
        double[] more = Arrays.copyOf(centroids, centroids.length + 1);
        more[centroids.length] = intervals.atDistance(centroids, random.nextDouble());
        Arrays.sort(more);
        centroids = more;
      }
      return centroids;
    }
  },

  /**
   * At the means of the partition with the least error, which then does not change; exact up to
   * 65,536 distinct weights, beyond that for weights in as many bins.
   */
  OPTIMAL {
    @Override
    double[] centroids(SortedValues values, int k, long seed) {
      return OptimalPartition.of(values, k).means();
    }
  };

  /** What recipes and decisions call it. */
  String text() {
    return this == KMEANS_PLUS_PLUS ? "k-means++" : name().toLowerCase(Locale.ROOT);
  }

  /** {@code k} centroids in no special order; there are more distinct values than that. */
  abstract double[] centroids(SortedValues values, int k, long seed);

  private static int drawn(SortedValues values, Random random) {
    long n = values.count(0, values.size());
    return values.positionOf((long) (random.nextDouble() * n));
  }
}
