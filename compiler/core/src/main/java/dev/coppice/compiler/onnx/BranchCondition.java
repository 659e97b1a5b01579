package dev.coppice.compiler.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * When a node of a decision tree takes its true branch, as cuts of the number line: a value is in
 * interval {@code i} if it is more than {@code cuts[i-1]} and at most {@code cuts[i]}; the
 * intervals are alternately accepted and not. So all comparisons become {@code x <= cut}.
 *
 * @param cuts ascending, none of them NaN
 * @param first whether the first interval is accepted
 * @param nan whether NaN is
 */
record BranchCondition(List<Double> cuts, boolean first, boolean nan) {
  BranchCondition {
    cuts = List.copyOf(cuts);
  }

  /**
   * The condition of mode {@code mode}, spelled without BRANCH_.
   *
   * @param values what is compared with, one except for MEMBER
   * @param narrow whether values are float32
   * @param missing whether NaN takes the true branch
   */
  static BranchCondition of(String mode, List<Double> values, boolean narrow, boolean missing) {
    double value = values.isEmpty() ? Double.NaN : values.get(0);
    return switch (mode) {
      case "LEQ" -> below(value, true, missing);
      case "LT" -> below(down(value, narrow), true, missing);
      case "GTE" -> above(down(value, narrow), value, missing);
      case "GT" -> above(value, value, missing);
      case "EQ" -> among(values, narrow, true, missing);
      case "NEQ" -> among(values, narrow, false, true);
      case "MEMBER" -> among(values, narrow, true, missing);
      default ->
          throw new IllegalArgumentException(
              "node mode '" + mode + "' is unknown, expected LEQ, LT, GTE, GT, EQ, NEQ or MEMBER");
    };
  }

  /** Up to {@code cut}; nothing if it is NaN. */
  private static BranchCondition below(double cut, boolean accepted, boolean nan) {
    return Double.isNaN(cut)
        ? new BranchCondition(List.of(), !accepted, nan)
        : new BranchCondition(List.of(cut), accepted, nan);
  }

  /** More than {@code cut}, which is NaN for everything that is compared with {@code value}. */
  private static BranchCondition above(double cut, double value, boolean nan) {
    return Double.isNaN(value)
        ? new BranchCondition(List.of(), false, nan)
        : below(cut, false, nan);
  }

  private static BranchCondition among(
      List<Double> values, boolean narrow, boolean accepted, boolean nan) {
    List<Double> cuts = new ArrayList<>();
    boolean lowest = false;
    for (double v :
        values.stream().filter(v -> !v.isNaN()).map(v -> v + 0.0).distinct().sorted().toList()) {
      double before = down(v, narrow);
      if (Double.isNaN(before)) {
        lowest = true;
      } else if (!cuts.isEmpty() && cuts.get(cuts.size() - 1) == before) {
        cuts.remove(cuts.size() - 1);
      } else {
        cuts.add(before);
      }
      cuts.add(v);
    }
    return new BranchCondition(cuts, lowest == accepted, nan);
  }

  /** The next number below; NaN if there is none. */
  private static double down(double value, boolean narrow) {
    return value == Double.NEGATIVE_INFINITY
        ? Double.NaN
        : narrow ? Math.nextDown((float) value) : Math.nextDown(value);
  }

  /** Whether interval {@code i} of {@code cuts.size() + 1} is accepted. */
  boolean accepts(int i) {
    return first == (i % 2 == 0);
  }
}
