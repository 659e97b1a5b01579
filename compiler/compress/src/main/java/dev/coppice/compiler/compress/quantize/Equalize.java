package dev.coppice.compiler.compress.quantize;

import dev.coppice.compiler.compress.merge.Merge;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import java.util.List;
import java.util.Optional;

/** Equalises the ranges of channels between layers; see {@link CrossLayerEqualization}. */
public final class Equalize implements Method {
  @Override
  public String name() {
    return "equalize";
  }

  @Override
  public String summary() {
    return "Scales channels between layers so that one quantization scale fits all of them.";
  }

  @Override
  public List<String> keys() {
    return List.of("replace-clip");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    boolean replacesClips = options.flag("replace-clip", false);
    LayerSelection layers = options.layers();
    return options.step(session -> equalize(session, layers, replacesClips));
  }

  private static void equalize(Session session, LayerSelection layers, boolean replacesClips) {
    Merge.standard(session.graph());
    CrossLayerEqualization.equalize(session, session.select(layers), replacesClips);
    session.graph().sweep();
  }
}
