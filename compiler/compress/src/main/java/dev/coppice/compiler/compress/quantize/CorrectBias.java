package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.LayerBias;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

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
    List<List<String>> names = names(session);
    session.select(layers, names, n -> n);
    for (BiasCorrection.Shift shift : correction.measure(session.graph())) {
      List<String> own = new ArrayList<>(List.of(shift.label(), shift.output()));
      names.stream().filter(n -> n.get(0).equals(shift.label())).forEach(own::addAll);
      if (layers.takes(own) && LayerBias.add(session.graph(), shift.output(), shift.shift())) {
        decide(session, shift);
      }
    }
    session.graph().sweep();
  }

  /** The names of each layer, now and in the original: steps before may store its weights anew. */
  private static List<List<String>> names(Session session) {
    return Stream.of(session.original(), session.graph().expanded())
        .flatMap(g -> Layer.of(g).stream())
        .map(l -> List.of(l.label(), l.weights(), l.output()))
        .toList();
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
