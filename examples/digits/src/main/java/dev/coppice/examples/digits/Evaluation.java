package dev.coppice.examples.digits;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** How right, how fast and how frugal classifiers are on labelled images. */
final class Evaluation {
  private static final int WARM_UP_ROUNDS = 10;
  private static final int MEASURED_ROUNDS = 10;

  private final DigitImages images;
  private final float[] scores = new float[DigitImages.CLASSES];

  Evaluation(DigitImages images) {
    this.images = images;
  }

  /** Number of images whose largest score is that of their digit. */
  int right(DigitClassifier classifier) {
    int right = 0;
    for (int i = 0; i < images.size(); i++) {
      classifier.classify(images.pixels()[i], scores);
      right += largest(scores) == images.labels()[i] ? 1 : 0;
    }
    return right;
  }

  private static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /** Bytes that this thread allocates while {@code classifier} scores every image once. */
  long allocatedBytes(DigitClassifier classifier) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    // The first round warms up, the counter too: its first call allocates.
    for (int round = 0; round < 2; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      right(classifier);
      bytes = threads.getCurrentThreadAllocatedBytes() - before;
    }
    return bytes;
  }

  /**
   * Median nanoseconds that each classifier takes for an image. They take turns, so that whatever
   * else the machine does meets all of them.
   */
  double[] medianNanos(DigitClassifier... classifiers) {
    long[][] times = new long[classifiers.length][MEASURED_ROUNDS * images.size()];
    for (int round = -WARM_UP_ROUNDS; round < MEASURED_ROUNDS; round++) {
      for (int c = 0; c < classifiers.length; c++) {
        measure(classifiers[c], times[c], Math.max(round, 0) * images.size());
      }
    }
    return Arrays.stream(times).mapToDouble(Evaluation::median).toArray();
  }

  private void measure(DigitClassifier classifier, long[] times, int from) {
    for (int i = 0; i < images.size(); i++) {
      long start = System.nanoTime();
      classifier.classify(images.pixels()[i], scores);
      times[from + i] = System.nanoTime() - start;
    }
  }

  private static double median(long[] times) {
    Arrays.sort(times);
    int half = times.length / 2;
    return (times[half - 1] + times[half]) / 2.0;
  }
}
