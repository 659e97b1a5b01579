package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.TreeEnsemble.Aggregate;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * TreeEnsembleClassifier, since 1 of ai.onnx.ml, with integer labels: the labels, int64 {@code
 * [N]}, and scores, float32 {@code [N, classes]}. Where the specification is silent (two classes of
 * which one has weights), results are those of ONNX Runtime. Of two classes that both have weights
 * the one with the larger score is the label, as the specification says; ONNX Runtime gives 1
 * whenever the second score is positive, whatever the labels are.
 */
final class TreeClassifierImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    List<Long> labels = MachineLearningInputs.labels(node, "classlabels_int64s");
    int classes = labels.size();
    if (classes < 2) {
      throw new IllegalArgumentException(
          "attribute 'classlabels_int64s' has " + classes + " entries, expected 2 or more");
    }
    Value rows = MachineLearningInputs.rows(node);
    DType dtype = rows.type().dtype() == DType.FLOAT64 ? DType.FLOAT64 : DType.FLOAT32;
    Value x = CastImporter.cast(node, rows, dtype);
    TreeAttributes trees = new TreeAttributes(node, "class", classes);
    List<Double> base = base(node);
    ClassScores scores = new ClassScores(node, labels, PostTransform.of(node));
    boolean one = classes == 2 && trees.weighted().size() == 1;
    if (one) {
      trees.dropTargets();
    }
    int columns = x.type().shape().dim(1);
    Value sums = trees.forest(dtype, columns, one ? 1 : classes).scores(node, x, Aggregate.SUM);
    if (one) {
      return oneClass(node, trees, sums, base, scores);
    }
    if (base.size() != 0 && base.size() != classes) {
      throw new IllegalArgumentException(
          "attribute 'base_values' has " + base.size() + " entries, expected " + classes);
    }
    return scores.most(base.isEmpty() ? sums : node.add(new Add(), sums, row(node, dtype, base)));
  }

  private static List<Double> base(NodeContext node) {
    List<Double> base = new ArrayList<>();
    Tensor given = MachineLearningInputs.numbers(node, "base_values").orElse(null);
    for (int i = 0; given != null && i < given.size(); i++) {
      base.add(given.doubleAt(i));
    }
    return base;
  }

  private static Value row(NodeContext node, DType dtype, List<Double> values) {
    return MachineLearningInputs.constant(node, dtype, values, 1, values.size());
  }

  /** Two classes, of which {@code sums [N, 1]} are for one. */
  private static List<Value> oneClass(
      NodeContext node, TreeAttributes trees, Value sums, List<Double> base, ClassScores scores) {
    boolean first = trees.weighted().contains(0);
    double limit = trees.positive() ? 0.5 : 0;
    DType dtype = sums.type().dtype();
    if (base.size() > 2 || base.size() == 2 && !first) {
      throw node.unsupported(
          "base_values",
          "weights are for class 1 of 2 only and runtimes differ about base values then; add the"
              + " base value to the leaves of one tree");
    }
    Value sum =
        first && !base.isEmpty()
            ? node.add(new Add(), sums, row(node, dtype, base.subList(0, 1)))
            : sums;
    if (first && base.size() < 2) {
      return scores.single(sum, trees.positive());
    }
    Value constant =
        node.constant(
            Tensor.splat(new TensorType(dtype, Shape.of(sum.type().shape().dim(0), 1)), 0));
    Value both =
        first ? node.add(new Concat(1), sum, constant) : node.add(new Concat(1), constant, sum);
    return scores.above(sum, limit, both);
  }
}
