package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Takes back by biases what earlier steps shifted in the means of what layers compute; see {@link
 * BiasCorrection}. Layers are those that compute a value of the original model; a layer without
 * bias gets one.
 */
public final class CorrectBias implements Method {
  @Override
  public String name() {
    return "correct-bias";
  }

  @Override
  public String summary() {
    return "Gives layers the mean results on calibration data that they had in the original model.";
  }

  @Override
  public List<String> keys() {
    return List.of();
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    LayerSelection layers = options.layers();
    return options.step(session -> correct(session, layers));
  }

  private static void correct(Session session, LayerSelection layers) {
    BiasCorrection correction =
        new BiasCorrection(
            session.original(), session.calibration("method 'correct-bias'"), session.backend());
    for (BiasCorrection.Shift shift : correction.measure(session.graph())) {
      if (layers.takes(List.of(shift.label(), shift.output()))
          && LayerBias.add(session.graph(), shift.output(), shift.shift())) {
        decide(session, shift);
      }
    }
    session.graph().sweep();
  }

  /** Says what was corrected. */
  static void decide(Session session, BiasCorrection.Shift shift) {
    session.decide(
        shift.label(),
        "bias corrected",
        String.format(
            Locale.ROOT, "root mean square of the shifts of its channels %.3g", shift.size()));
  }
}
