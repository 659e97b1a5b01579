package dev.coppice.compiler.compress.binarize;

import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import java.util.List;
import java.util.Optional;

/**
 * Binary weights (Rastegari et al. 2016, arXiv 1603.05279): each weight becomes plus or minus a
 * scale. Mostly a start for training; without it accuracy suffers much.
 */
public final class Binarize implements Method {
  @Override
  public String name() {
    return "binarize";
  }

  @Override
  public String summary() {
    return "Replaces weights by their signs times a scale.";
  }

  @Override
  public List<String> keys() {
    return List.of("granularity", "ends");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    FewValues layers = FewValues.of(options);
    return options.step(
        session ->
            layers.apply(
                session,
                (w, axis) -> {
                  BinaryWeights made = BinaryWeights.of(w, axis);
                  return new FewValues.Discrete(made.values(), made.scales(), made.dequantized());
                },
                "binary",
                "sign times mean magnitude"));
  }
}
