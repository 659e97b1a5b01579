package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Nodes in a row that compute {@code y = scale x + shift} with a scale and a shift per place along
 * one axis: BatchNormalization, Add, Sub, Mul and Div with constants. Nothing else reads the values
 * between them.
 *
 * @param nodes the nodes, in order
 * @param x what they read
 * @param axis the axis
 * @param scale factor per place
 * @param shift term per place
 */
record Affine(List<NodeProto> nodes, String x, int axis, double[] scale, double[] shift) {
  private static final int CHANNEL_AXIS = 1;

  /** {@code node} alone along {@code axis} of its operand, if it is of this kind. */
  static Optional<Affine> of(Merging merging, NodeProto node, int axis) {
    if (!Nodes.isStandard(node) || node.getInputCount() < 2) {
      return Optional.empty();
    }
    return switch (node.getOpType()) {
      case "BatchNormalization" -> batchNorm(merging, node, axis);
      case "Add", "Sub", "Mul", "Div" -> arithmetic(merging, node, axis);
      default -> Optional.empty();
    };
  }

  /** The longest row of such nodes that ends with {@code node}. */
  static Optional<Affine> endingWith(Merging merging, NodeProto node, int axis) {
    Optional<Affine> row = of(merging, node, axis);
    while (row.isPresent()) {
      Affine last = row.get();
      Optional<Affine> longer =
          merging
              .soleProducer(last.x)
              .flatMap(p -> of(merging, p, axis))
              .map(first -> first.then(last));
      if (longer.isEmpty()) {
        break;
      }
      row = longer;
    }
    return row;
  }

  private static Optional<Affine> batchNorm(Merging merging, NodeProto node, int axis) {
    boolean trains = Nodes.integer(node, "training_mode", 0) != 0;
    boolean results = node.getOutputList().stream().skip(1).anyMatch(o -> !o.isEmpty());
    Optional<Tensor> gamma = merging.floats(node.getInput(1));
    Optional<Tensor> beta = merging.floats(node.getInput(2));
    Optional<Tensor> mean = merging.floats(node.getInput(3));
    Optional<Tensor> var = merging.floats(node.getInput(4));
    if (axis != CHANNEL_AXIS
        || trains
        || results
        || Nodes.integer(node, "spatial", 1) == 0
        || gamma.isEmpty()
        || beta.isEmpty()
        || mean.isEmpty()
        || var.isEmpty()
        || !merging.isFloat(node.getInput(0))) {
      return Optional.empty();
    }
    double epsilon = Nodes.number(node, "epsilon", 1e-5f);
    double[] scale = new double[gamma.get().size()];
    double[] shift = new double[scale.length];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = gamma.get().doubleAt(c) / Math.sqrt(var.get().doubleAt(c) + epsilon);
      shift[c] = beta.get().doubleAt(c) - scale[c] * mean.get().doubleAt(c);
    }
    return Optional.of(new Affine(List.of(node), node.getInput(0), axis, scale, shift));
  }

  private static Optional<Affine> arithmetic(Merging merging, NodeProto node, int axis) {
    boolean first = merging.graph().isConstant(node.getInput(0));
    String x = node.getInput(first ? 1 : 0);
    Optional<Tensor> c = merging.floats(node.getInput(first ? 0 : 1));
    String type = node.getOpType();
    if (c.isEmpty()
        || merging.graph().isConstant(x)
        || !merging.broadcasts()
        || first && type.equals("Div")
        || !merging.isFloat(x)) {
      return Optional.empty();
    }
    Optional<double[]> values = along(c.get(), merging.shape(x), axis);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    double[] v = values.get();
    double[] scale = new double[v.length];
    double[] shift = new double[v.length];
    Arrays.fill(scale, first && type.equals("Sub") ? -1 : 1);
    for (int i = 0; i < v.length; i++) {
      switch (type) {
        case "Add" -> shift[i] = v[i];
        case "Sub" -> shift[i] = first ? v[i] : -v[i];
        case "Mul" -> scale[i] = v[i];
        default -> scale[i] = 1 / v[i];
      }
    }
    return isFinite(scale) && isFinite(shift)
        ? Optional.of(new Affine(List.of(node), x, axis, scale, shift))
        : Optional.empty();
  }

  /**
   * The values by which {@code c} acts along {@code axis} of shape {@code x}, if along no other.
   */
  private static Optional<double[]> along(Tensor c, Shape x, int axis) {
    Shape own = c.shape();
    if (axis < 0 || axis >= x.rank() || own.rank() > x.rank()) {
      return Optional.empty();
    }
    double[] values = new double[x.dim(axis)];
    int at = axis - x.rank() + own.rank();
    boolean one = own.size() == 1;
    if (!one && (at < 0 || own.dim(at) != own.size() || own.size() != values.length)) {
      return Optional.empty();
    }
    Arrays.setAll(values, i -> c.doubleAt(one ? 0 : i));
    return Optional.of(values);
  }

  private static boolean isFinite(double[] values) {
    return Arrays.stream(values).allMatch(Double::isFinite);
  }

  /** These nodes, then those of {@code next}. */
  private Affine then(Affine next) {
    List<NodeProto> both = new ArrayList<>(nodes);
    both.addAll(next.nodes);
    double[] s = new double[scale.length];
    double[] h = new double[scale.length];
    for (int i = 0; i < s.length; i++) {
      s[i] = scale[i] * next.scale[i];
      h[i] = shift[i] * next.scale[i] + next.shift[i];
    }
    return new Affine(List.copyOf(both), x, axis, s, h);
  }

  /** The last node. */
  NodeProto last() {
    return nodes.get(nodes.size() - 1);
  }

  /** The nodes but the last. */
  List<NodeProto> others() {
    return nodes.subList(0, nodes.size() - 1);
  }

  /** Whether it only multiplies. */
  boolean isScale() {
    return Arrays.stream(shift).allMatch(v -> v == 0);
  }

  /** Whether it only adds. */
  boolean isShift() {
    return Arrays.stream(scale).allMatch(v -> v == 1);
  }

  /** What reports call the nodes. */
  String names() {
    return String.join(", ", nodes.stream().map(Nodes::label).toList());
  }
}
