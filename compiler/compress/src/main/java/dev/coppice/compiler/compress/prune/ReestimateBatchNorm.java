package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.evaluate.StagedValues;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.reconstruct.BatchNormStatistics;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import java.util.List;
import java.util.Optional;

/**
 * Adaptive batch normalization (Li, Wu, Su, Wang 2020, "EagleEye", arXiv 2007.02491; Li, Wang, Shi,
 * Liu, Hou 2016, arXiv 1603.04779): means and variances of batch normalizations become those of the
 * calibration data in the model as it is, in order, so that each sees what a forward pass in
 * training mode would show it. Where a model has none, the outputs of its layers get the means and
 * deviations of the original's, channel by channel.
 */
public final class ReestimateBatchNorm implements Method {
  @Override
  public String name() {
    return "re-estimate-batch-norm";
  }

  @Override
  public String summary() {
    return "Gives batch normalizations the statistics of the calibration data.";
  }

  @Override
  public List<String> keys() {
    return List.of("examples", "match");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    int examples = options.integer("examples", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
    String match = options.choice("match", "automatic", "statistics", "original");
    LayerSelection layers = options.layers();
    return options.step(s -> estimate(s, examples, match, layers));
  }

  private static void estimate(Session session, int most, String match, LayerSelection layers) {
    OnnxGraph graph = session.graph();
    Examples examples = session.calibration("method 're-estimate-batch-norm'").first(most);
    boolean any = BatchNormStatistics.anyIn(graph);
    if (match.equals("statistics") || (match.equals("automatic") && any)) {
      StagedValues values = new StagedValues(graph, examples, session.backend());
      BatchNormStatistics.estimate(
          graph, values, (label, what) -> session.decide(label, what, "calibration data"));
    } else {
      MomentMatching matching =
          new MomentMatching(session.original(), graph, examples, session.backend());
      session.select(layers).forEach(l -> matching.match(l, session));
    }
  }
}
