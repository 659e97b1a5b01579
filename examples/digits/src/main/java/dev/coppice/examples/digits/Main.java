package dev.coppice.examples.digits;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;

/** Prints what compression does to the digit classifier: a table, dense against compressed. */
public final class Main {
  private Main() {}

  /** Runs both forms of the network on the 500 test images; takes a few seconds. */
  public static void main(String[] args) throws IOException {
    DigitImages images = DigitImages.forTest();
    Evaluation evaluation = new Evaluation(images);
    DigitClassifier dense = new DenseDigits();
    DigitClassifier small = new SmallDigits();
    Footprint denseFiles = Footprint.of(DenseDigits.class);
    Footprint smallFiles = Footprint.of(SmallDigits.class);
    double[] nanos = evaluation.medianNanos(dense, small);
    double denseRight = 100.0 * evaluation.right(dense) / images.size();
    double smallRight = 100.0 * evaluation.right(small) / images.size();
    long denseAllocated = evaluation.allocatedBytes(dense) / images.size();
    long smallAllocated = evaluation.allocatedBytes(small) / images.size();

    PrintStream out = System.out;
    out.printf("| %d test images | dense | 80 %% zeros, int8 | |%n", images.size());
    out.printf("|---|---:|---:|---|%n");
    out.printf(
        Locale.ROOT,
        "| accuracy | %.1f %% | %.1f %% | %+.1f points |%n",
        denseRight,
        smallRight,
        smallRight - denseRight);
    out.printf(
        Locale.ROOT,
        "| median latency | %.1f us | %.1f us | %.1f x faster |%n",
        nanos[0] / 1e3,
        nanos[1] / 1e3,
        nanos[0] / nanos[1]);
    smaller(out, "weight bytes", denseFiles.weights(), smallFiles.weights());
    smaller(out, "class bytes", denseFiles.classes(), smallFiles.classes());
    smaller(out, "jar bytes", denseFiles.jar(), smallFiles.jar());
    out.printf("| bytes allocated per run | %d | %d | |%n", denseAllocated, smallAllocated);
  }

  private static void smaller(PrintStream out, String what, long dense, long small) {
    out.printf(
        Locale.ROOT,
        "| %s | %,d | %,d | %.1f x smaller |%n",
        what,
        dense,
        small,
        (double) dense / small);
  }
}
