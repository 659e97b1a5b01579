package dev.coppice.compiler.compress.binarize;

import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Ternary weights (Li, Zhang, Liu 2016, arXiv 1605.04711): each weight becomes minus a scale, zero
 * or the scale. Mostly a start for training; without it accuracy suffers.
 */
public final class Ternarize implements Method {
  @Override
  public String name() {
    return "ternarize";
  }

  @Override
  public String summary() {
    return "Replaces weights by -1, 0 and 1 times a scale.";
  }

  @Override
  public List<String> keys() {
    return List.of("granularity", "threshold", "ends");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    String text = options.choice("threshold", "twn", "optimal");
    TernaryThreshold threshold =
        text.equals("twn")
            ? TernaryThreshold.MEAN
            : TernaryThreshold.valueOf(text.toUpperCase(Locale.ROOT));
    FewValues layers = FewValues.of(options);
    return options.step(
        session ->
            layers.apply(
                session,
                (w, axis) -> {
                  TernaryWeights made = TernaryWeights.of(w, axis, threshold);
                  return new FewValues.Discrete(made.values(), made.scales(), made.dequantized());
                },
                "ternary",
                "threshold " + text));
  }
}
