package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.evaluate.Examples;
import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.prune.reconstruct.Reconstruction;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Fits the weights of layers by least squares to what the original computes in their place (He,
 * Zhang, Sun 2017, arXiv 1707.06168; Luo, Wu, Lin 2017, arXiv 1707.06342): what pruning or any
 * other step has cost is won back without training. Layers are fitted in order, each from inputs
 * that the layers before, fitted already, deliver.
 */
public final class Reconstruct implements Method {
  @Override
  public String name() {
    return "reconstruct";
  }

  @Override
  public String summary() {
    return "Fits weights by least squares to what the original's layers compute.";
  }

  @Override
  public List<String> keys() {
    return List.of("positions", "ridge", "residual", "examples", "seed");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    Reconstruction.Options how =
        new Reconstruction.Options(
            options.integer("positions", 1, 1 << 20, 32),
            options.number("ridge", 0, 1e3, 1e-3),
            options.flag("residual", true),
            options.seed());
    int examples = options.integer("examples", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
    var layers = options.layers();
    return options.step(s -> reconstruct(s, s.select(layers), how, examples));
  }

  private static void reconstruct(
      Session session, List<Layer> layers, Reconstruction.Options how, int most) {
    OnnxGraph graph = session.graph();
    Examples examples = session.calibration("method 'reconstruct'").first(most);
    Reconstruction reconstruction =
        new Reconstruction(session.original(), graph, examples, session.backend(), how);
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      session.progress("fitting " + layer.label(), i, layers.size());
      if (graph.consumers(layer.weights()).size() > 1) {
        session.decide(layer.label(), "left as it is", "its weights are shared");
        continue;
      }
      Optional<Reconstruction.Fitted> fitted = reconstruction.fit(layer);
      if (fitted.isPresent()) {
        session.decide(
            layer.label(),
            String.format(
                Locale.ROOT,
                "relative error of its output %.4f, %.4f before",
                fitted.get().after(),
                fitted.get().before()),
            "fitted to the original on " + examples.count() + " examples");
      } else {
        session.decide(layer.label(), "left as it is", "the original has no such output");
      }
    }
    graph.sweep();
  }
}
