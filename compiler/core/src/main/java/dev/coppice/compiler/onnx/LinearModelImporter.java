package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/** LinearRegressor and LinearClassifier, since 1 of ai.onnx.ml; computed as float32. */
final class LinearModelImporter {
  private LinearModelImporter() {}

  /** LinearRegressor: {@code x c' + b}. */
  static List<Value> regressor(NodeContext node) {
    int targets = node.attributes().integer("targets", 1);
    Value scores = scores(node, targets);
    PostTransform transform = PostTransform.of(node);
    return List.of(
        targets == 1 && transform != PostTransform.PROBIT ? scores : transform.apply(node, scores));
  }

  /** LinearClassifier, with integer labels; one row of coefficients is the second class's. */
  static List<Value> classifier(NodeContext node) {
    node.attributes().ignore("multi_class");
    List<Long> labels = MachineLearningInputs.labels(node, "classlabels_ints");
    int rows = node.attributes().numbers("intercepts").orElse(List.of()).size();
    PostTransform transform = PostTransform.of(node);
    if (rows > 1 && labels.size() == rows) {
      return new ClassScores(node, labels, transform).most(scores(node, rows));
    }
    if (rows != 1 || labels.size() != 2) {
      throw new IllegalArgumentException(
          "there are "
              + rows
              + " intercepts for "
              + labels.size()
              + " classes, expected one for each, or one for two");
    }
    return new ClassScores(node, labels, transform).linear(scores(node, 1));
  }

  private static Value scores(NodeContext node, int targets) {
    Value x = CastImporter.cast(node, MachineLearningInputs.rows(node), DType.FLOAT32);
    int features = x.type().shape().dim(1);
    List<Float> c = node.attributes().numbers("coefficients").orElse(List.of());
    List<Float> b = node.attributes().numbers("intercepts").orElse(List.of());
    if (targets < 1 || c.size() != targets * features || !b.isEmpty() && b.size() != targets) {
      throw new IllegalArgumentException(
          "there are "
              + c.size()
              + " coefficients and "
              + b.size()
              + " intercepts for "
              + targets
              + " results of "
              + features
              + " features");
    }
    Tensor weights =
        Tensor.fromDoubles(
            TensorType.of(DType.FLOAT32, features, targets),
            i -> c.get(i % targets * features + i / targets));
    Value y = node.add(new MatMul(), x, node.constant(weights));
    return b.isEmpty()
        ? y
        : node.add(new Add(), y, MachineLearningInputs.constant(node, DType.FLOAT32, b, targets));
  }
}
