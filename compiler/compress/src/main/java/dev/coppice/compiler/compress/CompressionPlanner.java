package dev.coppice.compiler.compress;

import dev.coppice.compiler.compress.prune.MagnitudePruning;
import dev.coppice.compiler.compress.prune.Magnitudes;
import dev.coppice.compiler.diag.DiagnosticCode;
import dev.coppice.compiler.diag.DiagnosticSink;
import dev.coppice.compiler.diag.SourceRef;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Decides what a recipe means for the weights of one model. Each step sees the weights as the steps
 * before it leave them. Weights are read when they are needed and not kept.
 */
final class CompressionPlanner {
  private final TensorReader reader;
  private final SourceRef model;
  private final DiagnosticSink sink;
  private final List<Decision> decisions = new ArrayList<>();

  private CompressionPlanner(TensorReader reader, SourceRef model, DiagnosticSink sink) {
    this.reader = reader;
    this.model = model;
    this.sink = sink;
  }

  /** The plan; what the recipe names wrongly is reported. */
  static CompressionPlan plan(
      Recipe recipe,
      List<Weight> weights,
      TensorReader reader,
      SourceRef model,
      DiagnosticSink sink) {
    CompressionPlanner planner = new CompressionPlanner(reader, model, sink);
    for (Recipe.Step step : recipe.steps()) {
      List<Weight> selected = step.selection().of(weights, recipe.name(), sink);
      if (step instanceof Recipe.Prune prune) {
        planner.prune(prune, selected);
      } else if (step instanceof Recipe.Quantize quantize) {
        planner.quantize(quantize, selected);
      }
    }
    return new CompressionPlan(planner.decisions);
  }

  private Tensor values(Weight weight) {
    List<Decision> soFar = new CompressionPlan(decisions).of(weight.tensor());
    return WeightValues.of(weight, soFar, reader).floats();
  }

  private void prune(Recipe.Prune step, List<Weight> selected) {
    List<Decision> made = new ArrayList<>();
    if (step.scope() == Recipe.Scope.LAYER) {
      for (Weight weight : selected) {
        made.addAll(prune(step.amount(), List.of(weight)));
      }
    } else {
      made.addAll(prune(step.amount(), selected));
    }
    decisions.addAll(made);
  }

  /** Removes a fraction of all elements; of equal magnitudes those of the first weights go. */
  private List<Decision> prune(double amount, List<Weight> together) {
    List<Supplier<Tensor>> tensors = new ArrayList<>();
    long total = 0;
    for (Weight weight : together) {
      tensors.add(() -> values(weight));
      total += values(weight).size();
    }
    long count = MagnitudePruning.count(amount, total);
    List<Decision> made = new ArrayList<>();
    if (count == 0) {
      return made;
    }
    Magnitudes all = Magnitudes.of(tensors);
    float threshold = all.smallest(count);
    long ties = count - all.below(threshold);
    for (Weight weight : together) {
      Tensor values = values(weight);
      Magnitudes own = Magnitudes.of(values);
      long tied = Math.min(ties, own.at(threshold));
      ties -= tied;
      long zeros = own.below(threshold) + tied;
      made.add(new Decision.Prune(weight.tensor(), zeros, values.size(), threshold));
      if (zeros == values.size() && zeros > 0) {
        sink.report(DiagnosticCode.LAYER_PRUNED_AWAY, model, weight.tensor());
      }
    }
    return made;
  }

  private void quantize(Recipe.Quantize step, List<Weight> selected) {
    for (Weight weight : selected) {
      if (isFinite(values(weight))) {
        decisions.add(
            new Decision.Quantize(weight.tensor(), step.perChannel() ? weight.axis() : -1));
      } else {
        sink.report(
            DiagnosticCode.WEIGHTS_LEFT_ALONE,
            model,
            weight.tensor(),
            "some are infinite or undefined, which bytes cannot be");
      }
    }
  }

  private static boolean isFinite(Tensor values) {
    for (int i = 0; i < values.size(); i++) {
      if (!Float.isFinite(values.floatAt(i))) {
        return false;
      }
    }
    return true;
  }
}
