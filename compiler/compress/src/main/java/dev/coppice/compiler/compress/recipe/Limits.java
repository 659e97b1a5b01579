package dev.coppice.compiler.compress.recipe;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.evaluate.Metric;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a compressed model may cost.
 *
 * @param accuracyDrop how much worse the metric may get, in its own unit: points for accuracies
 * @param weightBytes bytes of the weight resource
 * @param macs multiply-accumulate operations of a run
 * @param arenaBytes bytes of intermediate values
 * @param latencyMicros median time of a run on this machine
 */
public record Limits(
    OptionalDouble accuracyDrop,
    OptionalLong weightBytes,
    OptionalLong macs,
    OptionalLong arenaBytes,
    OptionalDouble latencyMicros) {
  /** Which limits a model exceeds, in words; empty if it keeps them all. */
  public List<String> exceededBy(Measurement model, Metric metric, double scoreBefore) {
    List<String> exceeded = new ArrayList<>();
    if (accuracyDrop.isPresent() && model.score().isPresent()) {
      double drop = metric.drop(scoreBefore, model.score().get());
      check(exceeded, metric.name() + " lost", drop, accuracyDrop.getAsDouble(), "points");
    }
    check(exceeded, "weights", model.weightBytes(), weightBytes, "bytes");
    check(exceeded, "operations", model.macs(), macs, "multiply-accumulates");
    check(exceeded, "arena", model.arenaBytes(), arenaBytes, "bytes");
    latencyMicros.ifPresent(
        most ->
            model.latencyMicros().values().stream()
                .min(Double::compare)
                .ifPresent(time -> check(exceeded, "latency", time, most, "us")));
    return exceeded;
  }

  private static void check(
      List<String> exceeded, String what, long value, OptionalLong most, String unit) {
    most.ifPresent(m -> check(exceeded, what, (double) value, (double) m, unit));
  }

  private static void check(
      List<String> exceeded, String what, double value, double most, String unit) {
    if (!(value <= most + 1e-9 * Math.abs(most))) {
      exceeded.add(what + ": " + text(value) + " of at most " + text(most) + " " + unit);
    }
  }

  private static String text(double value) {
    return value == Math.rint(value)
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.4g", value);
  }

  /** Whether a model must be timed to know if it keeps them. */
  public boolean needsTiming() {
    return latencyMicros.isPresent();
  }

  /** No limits. */
  public static final Limits NONE =
      new Limits(
          OptionalDouble.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalDouble.empty());
}
