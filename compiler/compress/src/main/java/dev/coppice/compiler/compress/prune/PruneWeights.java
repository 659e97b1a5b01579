package dev.coppice.compiler.compress.prune;

import dev.coppice.compiler.compress.model.Layer;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.compress.recipe.LayerSelection;
import dev.coppice.compiler.compress.recipe.Method;
import dev.coppice.compiler.compress.recipe.Session;
import dev.coppice.compiler.compress.recipe.Step;
import dev.coppice.compiler.compress.recipe.StepOptions;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Unstructured magnitude pruning (Han, Pool, Tran, Dally 2015, arXiv 1506.02626): the weights of
 * smallest magnitude become zero, the same fraction in every layer or counted over all of them.
 */
public final class PruneWeights implements Method {
  @Override
  public String name() {
    return "prune-weights";
  }

  @Override
  public String summary() {
    return "Sets the weights of smallest magnitude to zero.";
  }

  @Override
  public List<String> keys() {
    return List.of("amount", "scope");
  }

  @Override
  public Optional<Step> read(StepOptions options) {
    double amount = options.number("amount", 0, 1);
    boolean global = options.choice("scope", "layer", "global").equals("global");
    LayerSelection layers = options.layers();
    return options.step(session -> prune(session, session.select(layers), amount, global));
  }

  private static void prune(Session session, List<Layer> layers, double amount, boolean global) {
    OnnxGraph graph = session.graph();
    List<String> tensors = layers.stream().map(Layer::weights).distinct().toList();
    if (global) {
      prune(session, layers, tensors, amount);
    } else {
      tensors.forEach(t -> prune(session, layers, List.of(t), amount));
    }
    graph.sweep();
  }

  /** Removes a fraction of all elements; of equal magnitudes those of the first weights go. */
  private static void prune(
      Session session, List<Layer> layers, List<String> together, double amount) {
    OnnxGraph graph = session.graph();
    List<Supplier<Tensor>> tensors = new ArrayList<>();
    long total = 0;
    for (String name : together) {
      tensors.add(() -> graph.constant(name).orElseThrow());
      total += graph.type(name).shape().size();
    }
    long count = MagnitudePruning.count(amount, total);
    if (count == 0) {
      return;
    }
    Magnitudes all = Magnitudes.of(tensors);
    float threshold = all.smallest(count);
    long ties = count - all.below(threshold);
    for (String name : together) {
      Tensor values = graph.constant(name).orElseThrow();
      Magnitudes own = Magnitudes.of(values);
      long tied = Math.min(ties, own.at(threshold));
      ties -= tied;
      long zeros = own.below(threshold) + tied;
      graph.constant(name, MagnitudePruning.prune(values, zeros));
      session.decide(
          layers.stream().filter(l -> l.weights().equals(name)).findFirst().orElseThrow().label(),
          String.format(Locale.ROOT, "%d of %d weights removed", zeros, values.size()),
          String.format(Locale.ROOT, "magnitudes up to %.3g", threshold));
      if (zeros == values.size() && zeros > 0) {
        session
            .notes()
            .report(DiagnosticCode.LAYER_PRUNED_AWAY, SourceRef.file(graph.name()), name);
      }
    }
  }
}
