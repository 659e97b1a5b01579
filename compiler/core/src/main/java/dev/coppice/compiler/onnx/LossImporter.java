package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.GatherElements;
import dev.coppice.compiler.op.LogSoftmax;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Losses of classification: the negated log-probability of the right class of each example,
 * weighted by class. Scores are {@code [n, classes, d..]}, labels {@code [n, d..]}.
 */
final class LossImporter {
  private LossImporter() {}

  /** NegativeLogLikelihoodLoss, since 12. */
  static List<Value> negativeLogLikelihood(NodeContext node) {
    return List.of(loss(node, node.input(0)));
  }

  /** SoftmaxCrossEntropyLoss, since 12; its second result are the log-probabilities. */
  static List<Value> softmaxCrossEntropy(NodeContext node) {
    Value logProbabilities = node.add(new LogSoftmax(1), node.input(0));
    return List.of(loss(node, logProbabilities), logProbabilities);
  }

  private static Value loss(NodeContext node, Value logProbabilities) {
    Shape labels = check(node, logProbabilities.type());
    String reduction = node.choice("reduction", "mean", "none", "sum");
    Value target = node.input(1);
    DType dtype = logProbabilities.type().dtype();
    Optional<Value> ignored = Optional.empty();
    if (node.attributes().has("ignore_index")) {
      DType indexType = target.type().dtype();
      long index = node.attributes().longInteger("ignore_index", 0);
      Value unwanted = node.add(new Equal(), target, node.scalar(indexType, (double) index));
      target = node.add(new Where(), unwanted, node.scalar(indexType, 0), target);
      ignored = Optional.of(unwanted);
    }
    List<Integer> column = new ArrayList<>(Arrays.stream(labels.dims()).boxed().toList());
    List<Integer> flat = List.copyOf(column);
    column.add(1, 1);
    Value picked = node.add(new GatherElements(1), logProbabilities, node.reshape(target, column));
    Value loss = node.add(new Neg(), node.reshape(picked, flat));
    Optional<Value> weights = weights(node, target, ignored, dtype);
    if (weights.isPresent()) {
      loss = node.add(new Mul(), loss, weights.get());
    }
    List<Integer> axes = AxisArguments.all(labels.rank());
    return switch (reduction) {
      case "none" -> loss;
      case "sum" -> node.add(new Reduce(Reduce.Kind.SUM, axes, false), loss);
      default ->
          weights.isEmpty()
              ? node.add(new Reduce(Reduce.Kind.MEAN, axes, false), loss)
              : node.add(
                  new Div(),
                  node.add(new Reduce(Reduce.Kind.SUM, axes, false), loss),
                  node.add(new Reduce(Reduce.Kind.SUM, axes, false), weights.get()));
    };
  }

  /** The weight of each example; empty when all weigh the same. */
  private static Optional<Value> weights(
      NodeContext node, Value target, Optional<Value> ignored, DType dtype) {
    Optional<Value> own = node.optional(2).map(w -> node.add(new Gather(0), w, target));
    if (ignored.isEmpty()) {
      return own;
    }
    Value counted = own.orElseGet(() -> node.scalar(dtype, 1));
    return Optional.of(node.add(new Where(), ignored.get(), node.scalar(dtype, 0), counted));
  }

  private static Shape check(NodeContext node, TensorType scores) {
    Shape labels = node.shape(1);
    Shape x = scores.shape();
    int[] expected = new int[Math.max(0, x.rank() - 1)];
    for (int a = 0; a < expected.length; a++) {
      expected[a] = x.dim(a == 0 ? 0 : a + 1);
    }
    if (x.rank() < 2 || !labels.equals(Shape.of(expected))) {
      throw new IllegalArgumentException(
          "scores are "
              + scores
              + " and labels "
              + node.type(1)
              + ", expected [n, classes, d..] and [n, d..]");
    }
    if (node.has(2) && !node.shape(2).equals(Shape.of(x.dim(1)))) {
      throw new IllegalArgumentException(
          "operand 'weights' is " + node.type(2) + ", expected " + x.dim(1) + " elements");
    }
    return labels;
  }
}
