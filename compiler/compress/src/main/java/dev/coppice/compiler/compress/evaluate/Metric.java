package dev.coppice.compiler.compress.evaluate;

import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a model is judged by.
 *
 * @param kind what is computed
 * @param k of {@link Kind#TOP}: among how many largest scores the label must be, otherwise 1
 */
public record Metric(Kind kind, int k) {

  /** What can be computed. */
  public enum Kind {
    /** Percent of examples whose label is among the k largest elements of the first output. */
    TOP,
    /**
     * Percent of examples for which the first output has its largest element where the original
     * has.
     */
    AGREEMENT,
    /**
     * 100 times the area under the ROC curve for labels 0 and 1. The score of an example is the
     * mean squared difference between output and input if they have one size, otherwise the last
     * element of the first output.
     */
    AUC,
    /** Mean squared difference to the original's outputs. */
    MSE,
    /** Mean over examples of the relative L2 difference to the original's outputs. */
    RELATIVE_ERROR
  }

  /** The most frequent one: the largest element of the first output is at the label. */
  public static final Metric TOP_1 = new Metric(Kind.TOP, 1);

  /** The metric that a recipe calls {@code name}: {@code top-1}, {@code top-5}, {@code auc}, ... */
  public static Optional<Metric> named(String name) {
    if (name.matches("top-[1-9]\\d{0,3}")) {
      return Optional.of(new Metric(Kind.TOP, Integer.parseInt(name.substring(4))));
    }
    for (Kind kind : Kind.values()) {
      if (kind != Kind.TOP && name.equals(new Metric(kind, 1).name())) {
        return Optional.of(new Metric(kind, 1));
      }
    }
    return Optional.empty();
  }

  /** Names of metrics, for messages. */
  public static List<String> names() {
    return List.of("top-1", "top-5", "agreement", "auc", "mse", "relative-error");
  }

  /** What a recipe calls it. */
  public String name() {
    return kind == Kind.TOP ? "top-" + k : kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether labels are needed. */
  public boolean needsLabels() {
    return kind == Kind.TOP || kind == Kind.AUC;
  }

  /** Whether the outputs of the original are needed. */
  public boolean needsOriginal() {
    return kind == Kind.AGREEMENT || kind == Kind.MSE || kind == Kind.RELATIVE_ERROR;
  }

  /** Whether larger is better; then its unit is percent. */
  public boolean isAccuracy() {
    return kind == Kind.TOP || kind == Kind.AGREEMENT || kind == Kind.AUC;
  }

  /** By how much {@code after} is worse than {@code before}; negative if it is better. */
  public double drop(double before, double after) {
    return isAccuracy() ? before - after : after - before;
  }

  /** A value of this metric, for people. */
  public String text(double value) {
    return isAccuracy()
        ? String.format(Locale.ROOT, "%.2f %%", value)
        : String.format(Locale.ROOT, "%.3g", value);
  }

  /**
   * What one example contributes.
   *
   * @param label its class, -1 if there is none
   * @param original the original's outputs for it; empty if they are not needed
   */
  double example(List<Tensor> inputs, List<Tensor> outputs, int label, List<Tensor> original) {
    return switch (kind) {
      case TOP -> isAmongLargest(outputs.get(0), label) ? 100 : 0;
      case AGREEMENT -> argmax(outputs.get(0)) == argmax(original.get(0)) ? 100 : 0;
      case AUC ->
          outputs.get(0).size() == inputs.get(0).size()
              ? squares(outputs.subList(0, 1), inputs.subList(0, 1)) / inputs.get(0).size()
              : outputs.get(0).doubleAt(outputs.get(0).size() - 1);
      case MSE ->
          squares(outputs, original) / Math.max(1, outputs.stream().mapToLong(Tensor::size).sum());
      case RELATIVE_ERROR -> relativeError(original, outputs);
    };
  }

  /** The value over all examples. */
  double total(double[] examples, int[] labels) {
    if (kind == Kind.AUC) {
      return 100 * areaUnderCurve(examples, labels);
    }
    double sum = 0;
    for (double e : examples) {
      sum += e;
    }
    return examples.length == 0 ? 0 : sum / examples.length;
  }

  /** The place of the largest element, the first of equal ones. */
  public static int argmax(Tensor output) {
    int best = 0;
    for (int i = 1; i < output.size(); i++) {
      if (output.doubleAt(i) > output.doubleAt(best)) {
        best = i;
      }
    }
    return best;
  }

  private boolean isAmongLargest(Tensor output, int label) {
    if (label < 0 || label >= output.size()) {
      return false;
    }
    double own = output.doubleAt(label);
    int before = 0;
    for (int i = 0; i < output.size(); i++) {
      double other = output.doubleAt(i);
      before += other > own || (other == own && i < label) ? 1 : 0;
    }
    return !Double.isNaN(own) && before < k;
  }

  private static double squares(List<Tensor> a, List<Tensor> b) {
    double sum = 0;
    for (int j = 0; j < a.size(); j++) {
      for (int i = 0; i < a.get(j).size(); i++) {
        double d = a.get(j).doubleAt(i) - b.get(j).doubleAt(i);
        sum += d * d;
      }
    }
    return sum;
  }

  private static double relativeError(List<Tensor> expected, List<Tensor> actual) {
    RelativeError error = new RelativeError();
    for (int j = 0; j < expected.size(); j++) {
      error.add(expected.get(j), actual.get(j));
    }
    return error.value();
  }

  /** By ranks; equal scores count half. */
  private static double areaUnderCurve(double[] scores, int[] labels) {
    double wins = 0;
    long pairs = 0;
    for (int i = 0; i < scores.length; i++) {
      for (int j = 0; j < scores.length; j++) {
        if (labels[i] == 1 && labels[j] == 0) {
          pairs++;
          wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
        }
      }
    }
    return pairs == 0 ? 0 : wins / pairs;
  }
}
