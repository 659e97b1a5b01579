package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.LayerNormalization;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Reciprocal;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.RmsNormalization;
import dev.coppice.compiler.op.Sqrt;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Normalizations with statistics of the operand itself, composed of reductions and elementwise
 * operators.
 */
final class NormalizationImporter {
  private NormalizationImporter() {}

  /**
   * LayerNormalization, since 17: over the axes from {@code axis} on; also gives mean and inverse
   * deviation.
   */
  static List<Value> layer(NodeContext node) {
    int rank = node.shape(0).rank();
    int axis = AxisArguments.normalize(node.attributes().integer("axis", -1), rank);
    List<Integer> axes = AxisArguments.all(rank).subList(axis, rank);
    DType dtype = node.type(0).dtype();
    Value x = stashed(node, node.input(0));
    float epsilon = node.attributes().number("epsilon", 1e-5f);
    boolean oneResult = !node.wantsOutput(1) && !node.wantsOutput(2);
    if (x.equals(node.input(0)) && oneResult && isExact(node, axis)) {
      return node.all(new LayerNormalization(axis, epsilon));
    }
    Value mean = node.add(new Reduce(Reduce.Kind.MEAN, axes, true), x);
    Value centred = node.add(new Sub(), x, mean);
    Value inverse = node.add(new Reciprocal(), deviation(node, centred, axes));
    Value y = CastImporter.cast(node, node.add(new Mul(), centred, inverse), dtype);
    y = node.add(new Mul(), y, node.input(1));
    y = node.has(2) ? node.add(new Add(), y, node.input(2)) : y;
    return List.of(y, mean, inverse);
  }

  /**
   * Whether scale and bias have the shape of the axes from {@code axis} on, rather than broadcast
   * to it.
   */
  private static boolean isExact(NodeContext node, int axis) {
    int[] dims = node.shape(0).dims();
    Shape normalized = Shape.of(Arrays.copyOfRange(dims, axis, dims.length));
    return node.shape(1).equals(normalized) && (!node.has(2) || node.shape(2).equals(normalized));
  }

  /**
   * RMSNormalization, since 23: divided by the root of the mean square over the axes from {@code
   * axis} on.
   */
  static List<Value> rootMeanSquare(NodeContext node) {
    int rank = node.shape(0).rank();
    int axis = AxisArguments.normalize(node.attributes().integer("axis", -1), rank);
    List<Integer> axes = AxisArguments.all(rank).subList(axis, rank);
    Value x = stashed(node, node.input(0));
    if (x.equals(node.input(0)) && isExact(node, axis)) {
      return node.all(new RmsNormalization(axis, node.attributes().number("epsilon", 1e-5f)));
    }
    Value y = node.add(new Div(), x, deviation(node, x, axes));
    return List.of(
        node.add(new Mul(), CastImporter.cast(node, y, node.type(0).dtype()), node.input(1)));
  }

  /**
   * SimplifiedLayerNormalization, which ONNX Runtime writes into files under ai.onnx:
   * RMSNormalization that also gives the inverse of the root.
   */
  static List<Value> simplified(NodeContext node) {
    int rank = node.shape(0).rank();
    int axis = AxisArguments.normalize(node.attributes().integer("axis", -1), rank);
    List<Integer> axes = AxisArguments.all(rank).subList(axis, rank);
    Value x = stashed(node, node.input(0));
    Value inverse = node.add(new Reciprocal(), deviation(node, x, axes));
    Value y = CastImporter.cast(node, node.add(new Mul(), x, inverse), node.type(0).dtype());
    return List.of(node.add(new Mul(), y, node.input(1)), inverse);
  }

  /**
   * GroupNormalization, since 18: over the spatial axes and the channels of a group; scale and bias
   * per channel since 21.
   */
  static List<Value> group(NodeContext node) {
    Shape x = node.shape(0);
    int groups = node.attributes().integer("num_groups");
    int channels = x.rank() < 2 ? 0 : x.dim(1);
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          "operand 0 is " + node.type(0) + ", whose channels do not form " + groups + " groups");
    }
    List<Integer> split = new ArrayList<>(List.of(x.dim(0), groups, channels / groups));
    Arrays.stream(x.dims()).skip(2).forEach(split::add);
    Value grouped = node.reshape(stashed(node, node.input(0)), split);
    Value y = normalized(node, grouped, AxisArguments.all(split.size()).subList(2, split.size()));
    y = CastImporter.cast(node, y, node.type(0).dtype());
    if (node.opset() < 21) {
      List<Integer> perGroup = new ArrayList<>(Collections.nCopies(split.size(), 1));
      perGroup.set(1, groups);
      y = node.add(new Mul(), y, node.reshape(node.input(1), perGroup));
      y = node.add(new Add(), y, node.reshape(node.input(2), perGroup));
      return List.of(node.reshape(y, Arrays.stream(x.dims()).boxed().toList()));
    }
    y = node.reshape(y, Arrays.stream(x.dims()).boxed().toList());
    return List.of(affine(node, y, node.input(1), node.input(2)));
  }

  /** MeanVarianceNormalization, since 9. */
  static List<Value> meanVariance(NodeContext node) {
    List<Integer> axes =
        AxisArguments.sorted(
            node.attributes().integers("axes").orElse(List.of(0, 2, 3)), node.shape(0).rank());
    Value x = node.input(0);
    Value centred = node.add(new Sub(), x, node.add(new Reduce(Reduce.Kind.MEAN, axes, true), x));
    Value variance =
        node.add(new Reduce(Reduce.Kind.MEAN, axes, true), node.add(new Mul(), centred, centred));
    Value deviation = node.add(new Sqrt(), variance);
    Value safe = node.add(new Add(), deviation, node.scalar(x.type().dtype(), 1e-9));
    return List.of(node.add(new Div(), centred, safe));
  }

  /**
   * LpNormalization, since 1: divided by the 1- or 2-norm along an axis; a zero vector stays zero.
   */
  static List<Value> norm(NodeContext node) {
    int axis = AxisArguments.normalize(node.attributes().integer("axis", -1), node.shape(0).rank());
    int p = node.attributes().integer("p", 2);
    if (p != 1 && p != 2) {
      throw new IllegalArgumentException("attribute 'p' is " + p + ", expected 1 or 2");
    }
    Reduce.Kind kind = p == 1 ? Reduce.Kind.L1 : Reduce.Kind.L2;
    Value norm = node.add(new Reduce(kind, List.of(axis), true), node.input(0));
    DType dtype = node.type(0).dtype();
    Value isZero = node.add(new Equal(), norm, node.scalar(dtype, 0));
    Value divisor = node.add(new Where(), isZero, node.scalar(dtype, 1), norm);
    return List.of(node.add(new Div(), node.input(0), divisor));
  }

  private static Value normalized(NodeContext node, Value x, List<Integer> axes) {
    Value centred = node.add(new Sub(), x, node.add(new Reduce(Reduce.Kind.MEAN, axes, true), x));
    return node.add(new Div(), centred, deviation(node, centred, axes));
  }

  /** The root of the mean square and epsilon. */
  private static Value deviation(NodeContext node, Value x, List<Integer> axes) {
    Value square = node.add(new Mul(), x, x);
    Value mean = node.add(new Reduce(Reduce.Kind.MEAN, axes, true), square);
    Value epsilon = node.scalar(x.type().dtype(), node.attributes().number("epsilon", 1e-5f));
    return node.add(new Sqrt(), node.add(new Add(), mean, epsilon));
  }

  /**
   * {@code x} in the type that statistics are computed in: float unless {@code stash_type} asks for
   * another.
   */
  private static Value stashed(NodeContext node, Value x) {
    int code = node.attributes().integer("stash_type", DType.FLOAT32.onnxCode());
    DType stash =
        DType.ofOnnx(code)
            .filter(DType::isFloat)
            .orElseThrow(() -> node.unsupported("stash_type", "type " + code + " is not a float"));
    return x.type().dtype() == DType.FLOAT64 ? x : CastImporter.cast(node, x, stash);
  }

  private static Value affine(NodeContext node, Value x, Value scale, Value bias) {
    List<Integer> perChannel = new ArrayList<>(Collections.nCopies(x.type().shape().rank(), 1));
    perChannel.set(1, x.type().shape().dim(1));
    Value scaled = node.add(new Mul(), x, node.reshape(scale, perChannel));
    return node.add(new Add(), scaled, node.reshape(bias, perChannel));
  }
}
