package dev.coppice.compiler.compress.recipe;

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
  /** No limits. */
  public static final Limits NONE =
      new Limits(
          OptionalDouble.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalLong.empty(),
          OptionalDouble.empty());
}
