package dev.coppice.compiler.compress.share;

import java.util.Arrays;

/**
 * A partition of sorted values into consecutive intervals, which is what clusters in one dimension
 * are: interval j holds positions {@code [bounds[j], bounds[j + 1])} and may be empty.
 */
record Intervals(SortedValues values, int[] bounds) {
  /** The values nearest to each of the sorted centroids; of two equally near ones the lower. */
  static Intervals nearest(SortedValues values, double[] centroids) {
    int k = centroids.length;
    int[] bounds = new int[k + 1];
    for (int j = 1; j < k; j++) {
      bounds[j] = values.firstAbove((centroids[j - 1] + centroids[j]) / 2, bounds[j - 1]);
    }
    bounds[k] = values.size();
    return new Intervals(values, bounds);
  }

  /** The number of intervals. */
  int size() {
    return bounds.length - 1;
  }

  /** The means of the intervals that are not empty. */
  double[] means() {
    double[] means = new double[size()];
    int k = 0;
    for (int j = 0; j < size(); j++) {
      if (bounds[j] < bounds[j + 1]) {
        means[k++] = values.mean(bounds[j], bounds[j + 1]);
      }
    }
    return Arrays.copyOf(means, k);
  }

  /** The sum of squared distances of all weights from the mean of their interval. */
  double error() {
    double error = 0;
    for (int j = 0; j < size(); j++) {
      error += values.spread(bounds[j], bounds[j + 1]);
    }
    return error;
  }

  /** The value that is farthest from the centroid of its interval. */
  float farthest(double[] centroids) {
    float farthest = values.value(0);
    double distance = -1;
    for (int j = 0; j < size(); j++) {
      for (int end : new int[] {bounds[j], bounds[j + 1] - 1}) {
        if (bounds[j] < bounds[j + 1] && Math.abs(values.value(end) - centroids[j]) > distance) {
          farthest = values.value(end);
          distance = Math.abs(farthest - centroids[j]);
        }
      }
    }
    return farthest;
  }

  /**
   * The value of a weight when all are laid out in order, each as wide as its squared distance from
   * the centroid of its interval, at the place {@code fraction} of all.
   */
  float atDistance(double[] centroids, double fraction) {
    double[] before = new double[size() + 1];
    for (int j = 0; j < size(); j++) {
      before[j + 1] = before[j] + values.spread(bounds[j], bounds[j + 1], centroids[j]);
    }
    double place = fraction * before[size()];
    int interval = 0;
    while (interval < size() - 1 && before[interval + 1] <= place) {
      interval++;
    }
    int low = bounds[interval];
    int high = bounds[interval + 1] - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      double reached =
          before[interval] + values.spread(bounds[interval], middle + 1, centroids[interval]);
      if (reached > place) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return values.value(low);
  }

  /** Whether {@code other} divides the same values at the same positions. */
  boolean sameBounds(Intervals other) {
    return Arrays.equals(bounds, other.bounds);
  }
}
