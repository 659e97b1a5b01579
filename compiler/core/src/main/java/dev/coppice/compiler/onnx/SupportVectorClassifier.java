package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.ArgMax;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * SVMClassifier, since 1 of ai.onnx.ml, with integer labels and support vectors: each pair of
 * classes has a decision, and the class with the most of them is the label. Scores are the
 * decisions, or the probabilities of two classes.
 */
final class SupportVectorClassifier implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    List<Long> labels = MachineLearningInputs.labels(node, "classlabels_ints");
    List<Integer> sizes = node.attributes().integers("vectors_per_class").orElse(List.of());
    int vectors = sizes.stream().mapToInt(Integer::intValue).sum();
    int classes = labels.size();
    if (vectors == 0) {
      throw node.unsupported(
          "vectors_per_class", "there are no support vectors; export a LinearClassifier instead");
    }
    if (classes < 2 || sizes.size() != classes) {
      throw new IllegalArgumentException(
          "there are "
              + sizes.size()
              + " entries in 'vectors_per_class' for "
              + classes
              + " labels, expected one each for 2 or more");
    }
    Value x = CastImporter.cast(node, MachineLearningInputs.rows(node), DType.FLOAT32);
    Value kernel = SupportVectorImporter.kernel(node, x, vectors);
    Value decisions = decisions(node, kernel, sizes);
    Value label =
        new ClassScores(node, labels, PostTransform.NONE)
            .label(node.add(new ArgMax(1, false, false), votes(node, decisions, classes)));
    return List.of(label, scores(node, decisions, classes));
  }

  /** {@code [N, pairs]}: positive where the first class of a pair is chosen. */
  private static Value decisions(NodeContext node, Value kernel, List<Integer> sizes) {
    int classes = sizes.size();
    int vectors = kernel.type().shape().dim(1);
    int pairs = classes * (classes - 1) / 2;
    List<Float> given = SupportVectorImporter.numbers(node, "coefficients");
    List<Float> rho = SupportVectorImporter.numbers(node, "rho");
    if (given.size() != (classes - 1) * vectors || rho.size() != pairs) {
      throw new IllegalArgumentException(
          "there are "
              + given.size()
              + " coefficients and "
              + rho.size()
              + " rho, expected "
              + (classes - 1) * vectors
              + " and "
              + pairs);
    }
    double[] weights = new double[vectors * pairs];
    int pair = 0;
    int startI = 0;
    for (int i = 0; i < classes; i++) {
      int startJ = startI + sizes.get(i);
      for (int j = i + 1; j < classes; j++) {
        for (int v = startI; v < startI + sizes.get(i); v++) {
          weights[v * pairs + pair] = given.get((j - 1) * vectors + v);
        }
        for (int v = startJ; v < startJ + sizes.get(j); v++) {
          weights[v * pairs + pair] = given.get(i * vectors + v);
        }
        startJ += sizes.get(j);
        pair++;
      }
      startI += sizes.get(i);
    }
    Tensor table =
        Tensor.fromDoubles(TensorType.of(DType.FLOAT32, vectors, pairs), i -> weights[i]);
    Value sums = node.add(new MatMul(), kernel, node.constant(table));
    return node.add(
        new Add(), sums, MachineLearningInputs.constant(node, DType.FLOAT32, rho, pairs));
  }

  /** {@code [N, classes]}: how many pairs choose each class. */
  private static Value votes(NodeContext node, Value decisions, int classes) {
    int pairs = decisions.type().shape().dim(1);
    double[] gain = new double[pairs * classes];
    double[] others = new double[classes];
    int pair = 0;
    for (int i = 0; i < classes; i++) {
      for (int j = i + 1; j < classes; j++, pair++) {
        gain[pair * classes + i] = 1;
        gain[pair * classes + j] = -1;
        others[j]++;
      }
    }
    Value chosen =
        node.add(
            new Cast(DType.FLOAT32),
            node.add(new Greater(), decisions, node.scalar(DType.FLOAT32, 0)));
    Value table =
        node.constant(
            Tensor.fromDoubles(TensorType.of(DType.FLOAT32, pairs, classes), i -> gain[i]));
    Value base =
        node.constant(Tensor.fromDoubles(TensorType.of(DType.FLOAT32, classes), i -> others[i]));
    return node.add(new Add(), node.add(new MatMul(), chosen, table), base);
  }

  private static Value scores(NodeContext node, Value decisions, int classes) {
    PostTransform transform = PostTransform.of(node);
    List<Float> a = SupportVectorImporter.numbers(node, "prob_a");
    List<Float> b = SupportVectorImporter.numbers(node, "prob_b");
    if (!a.isEmpty() && classes > 2) {
      throw node.unsupported(
          "prob_a",
          "probabilities of more than two classes are found by iteration; train with"
              + " probability=False");
    }
    if (!a.isEmpty()) {
      return transform.apply(node, probabilities(node, decisions, a, b));
    }
    if (classes > 2) {
      return transform.apply(node, decisions);
    }
    if (transform == PostTransform.PROBIT) {
      throw node.unsupported(
          "post_transform", "PROBIT of one score for two classes is not defined; use NONE");
    }
    Value first =
        transform == PostTransform.NONE
            ? node.add(new Neg(), decisions)
            : node.add(new Sub(), node.scalar(DType.FLOAT32, 1), decisions);
    return node.add(new Concat(1), first, decisions);
  }

  /** Of two classes, by Platt's formula. */
  private static Value probabilities(
      NodeContext node, Value decisions, List<Float> a, List<Float> b) {
    if (a.size() != 1 || b.size() != 1) {
      throw new IllegalArgumentException(
          "there are " + a.size() + " prob_a and " + b.size() + " prob_b, expected 1 of each");
    }
    Value scaled = node.add(new Mul(), decisions, node.scalar(DType.FLOAT32, -a.get(0)));
    Value z = node.add(new Add(), scaled, node.scalar(DType.FLOAT32, -b.get(0)));
    Value first = node.add(new Clip(1e-7f, 1 - 1e-7f), node.add(new Sigmoid(), z));
    Value second = node.add(new Sub(), node.scalar(DType.FLOAT32, 1), first);
    return node.add(new Concat(1), first, second);
  }
}
