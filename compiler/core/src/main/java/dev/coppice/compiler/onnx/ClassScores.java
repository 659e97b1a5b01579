package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.ArgMax;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.Greater;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Sigmoid;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** The results of classifiers, labels and scores, from what they compute for each class. */
record ClassScores(NodeContext node, List<Long> labels, PostTransform transform) {

  /** The label of the largest of {@code scores [N, classes]}, and the scores transformed. */
  List<Value> most(Value scores) {
    return List.of(label(node.add(new ArgMax(1, false, false), scores)), finished(scores));
  }

  /** The second label where {@code sum [N, 1]} is more than {@code limit}, else the first. */
  List<Value> above(Value sum, double limit, Value scores) {
    return List.of(above(sum, limit), finished(scores));
  }

  /**
   * Two classes by one number {@code [N, 1]}: a probability of the second if no weight is negative,
   * else a distance from their boundary.
   */
  List<Value> single(Value sum, boolean probability) {
    refuseProbit();
    Value first;
    Value second;
    if (probability) {
      first = node.add(new Sub(), node.scalar(sum.type().dtype(), 1), sum);
      second = sum;
    } else if (transform == PostTransform.LOGISTIC) {
      first = node.add(new Sigmoid(), node.add(new Neg(), sum));
      second = node.add(new Sigmoid(), sum);
    } else {
      first = node.add(new Neg(), sum);
      second = sum;
    }
    Value scores = node.add(new Concat(1), first, second);
    return List.of(
        above(sum, probability ? 0.5 : 0), CastImporter.cast(node, scores, DType.FLOAT32));
  }

  /**
   * Two classes by a distance {@code [N, 1]} from their boundary, as linear models have it; like
   * ONNX Runtime it does not transform a single score.
   */
  List<Value> linear(Value sum) {
    refuseProbit();
    Value first = node.add(new Sub(), node.scalar(sum.type().dtype(), 1), sum);
    return List.of(above(sum, 0), node.add(new Concat(1), first, sum));
  }

  private void refuseProbit() {
    if (transform == PostTransform.PROBIT) {
      throw node.unsupported(
          "post_transform", "PROBIT of one score for two classes is not defined; use NONE");
    }
  }

  private Value finished(Value scores) {
    return CastImporter.cast(node, transform.apply(node, scores), DType.FLOAT32);
  }

  private Value above(Value sum, double limit) {
    Value flat = node.reshape(sum, List.of(sum.type().shape().dim(0)));
    return node.add(
        new Where(),
        node.add(new Greater(), flat, node.scalar(sum.type().dtype(), limit)),
        number(labels.get(1)),
        number(labels.get(0)));
  }

  private Value number(long label) {
    return node.constant(Tensor.ofLongs(Shape.SCALAR, label));
  }

  /** The labels of classes {@code [N]}. */
  Value label(Value classes) {
    boolean same = IntStream.range(0, labels.size()).allMatch(i -> labels.get(i) == i);
    Tensor table =
        Tensor.ofLongs(
            Shape.of(labels.size()), labels.stream().mapToLong(Long::longValue).toArray());
    return same ? classes : node.add(new Gather(0), node.constant(table), classes);
  }
}
