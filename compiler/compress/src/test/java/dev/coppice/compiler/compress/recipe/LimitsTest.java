package dev.coppice.compiler.compress.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.coppice.compiler.compress.evaluate.Measurement;
import dev.coppice.compiler.compress.evaluate.Metric;
import dev.coppice.compiler.compress.testing.TinyModel;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LimitsTest {
  private static final Measurement MODEL =
      Measurement.of(TinyModel.graph(), Optional.empty(), Measurement.Plan.sizes("portable"))
          .withScore(Optional.of(90.0));

  private static List<String> exceeded(Limits limits) {
    return limits.exceededBy(MODEL, Metric.TOP_1, 91);
  }

  @Test
  void whatIsKeptIsNotMentioned() {
    assertEquals(List.of(), exceeded(Limits.NONE));
    assertEquals(List.of(), exceeded(limits(1, MODEL.weightBytes(), MODEL.macs())));
  }

  @Test
  void saysWhatIsExceededAndByHowMuch() {
    assertEquals(
        List.of(
            "top-1 lost: 1 of at most 0.5000 points",
            "weights: " + MODEL.weightBytes() + " of at most 3 bytes",
            "operations: " + MODEL.macs() + " of at most 1 multiply-accumulates"),
        exceeded(limits(0.5, 3, 1)));
  }

  @Test
  void latencyAloneNeedsTiming() {
    assertFalse(limits(1, 1, 1).needsTiming());
    assertTrue(
        new Limits(
                OptionalDouble.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                OptionalDouble.of(5))
            .needsTiming());
  }

  private static Limits limits(double drop, long weights, long macs) {
    return new Limits(
        OptionalDouble.of(drop),
        OptionalLong.of(weights),
        OptionalLong.of(macs),
        OptionalLong.empty(),
        OptionalDouble.empty());
  }
}
