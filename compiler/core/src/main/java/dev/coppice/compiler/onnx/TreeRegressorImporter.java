package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.TreeEnsemble.Aggregate;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * TreeEnsembleRegressor, since 1 of ai.onnx.ml. Rows of doubles are compared and summed as doubles;
 * the result is float32.
 */
final class TreeRegressorImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Value rows = MachineLearningInputs.rows(node);
    DType dtype = rows.type().dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Value x = CastImporter.cast(node, rows, dtype);
    int targets = node.attributes().integer("n_targets");
    String function = node.choice("aggregate_function", "SUM", "AVERAGE", "MIN", "MAX");
    TreeAttributes trees = new TreeAttributes(node, "target", targets);
    Value scores =
        aggregate(
            node,
            trees.forest(dtype, x.type().shape().dim(1), targets),
            x,
            function,
            trees.trees());
    scores = CastImporter.cast(node, base(node, scores), DType.FLOAT32);
    PostTransform transform = PostTransform.of(node);
    // Runtimes transform a single score by PROBIT only: others need several to compare.
    return List.of(
        targets == 1 && transform != PostTransform.PROBIT ? scores : transform.apply(node, scores));
  }

  /** Scores by {@code function}, of which AVERAGE divides by the number of trees. */
  static Value aggregate(NodeContext node, TreeForest forest, Value x, String function, int trees) {
    boolean average = function.equals("AVERAGE");
    Value scores = forest.scores(node, x, average ? Aggregate.SUM : Aggregate.valueOf(function));
    return average ? node.add(new Div(), scores, node.scalar(x.type().dtype(), trees)) : scores;
  }

  /** {@code scores} and the base values, if there are any. */
  private static Value base(NodeContext node, Value scores) {
    Tensor base = MachineLearningInputs.numbers(node, "base_values").orElse(null);
    if (base == null || base.size() == 0) {
      return scores;
    }
    int targets = scores.type().shape().dim(1);
    if (base.size() != targets) {
      throw new IllegalArgumentException(
          "attribute 'base_values' has " + base.size() + " entries, expected " + targets);
    }
    TensorType type = TensorType.of(scores.type().dtype(), targets);
    return node.add(new Add(), scores, node.constant(Tensor.fromDoubles(type, base::doubleAt)));
  }
}
