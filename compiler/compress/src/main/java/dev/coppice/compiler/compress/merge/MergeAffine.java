package dev.coppice.compiler.compress.merge;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Scales and shifts in a row become one scale, one shift or one BatchNormalization.
 *
 * <pre>
 * t = s1 x + h1; y = s2 t + h2
 * y = (s1 s2) x + (s2 h1 + h2)
 * </pre>
 *
 * Does not fire if as many nodes were needed as there are.
 */
final class MergeAffine implements MergeRule {
  /** First opset in which BatchNormalization has no training attributes. */
  private static final int BATCH_NORM_OPSET = 9;

  @Override
  public String name() {
    return "merge-affine";
  }

  @Override
  public Optional<Merged> rewrite(Merging merging, NodeProto node) {
    if (node.getOutputCount() == 0 || node.getInputCount() < 2) {
      return Optional.empty();
    }
    int rank = merging.shape(node.getOutput(0)).rank();
    Optional<Merged> done = rewrite(merging, node, 1);
    return done.isPresent() || rank == 2 ? done : rewrite(merging, node, rank - 1);
  }

  private static Optional<Merged> rewrite(Merging merging, NodeProto node, int axis) {
    Optional<Affine> found = Affine.endingWith(merging, node, axis);
    if (found.isEmpty() || found.get().nodes().size() < 2) {
      return Optional.empty();
    }
    Affine row = found.get();
    boolean one = row.isScale() || row.isShift();
    boolean norm =
        axis == 1
            && !(isUniform(row.scale()) && isUniform(row.shift()))
            && merging.graph().opset() >= BATCH_NORM_OPSET;
    if (!one && !norm && row.nodes().size() < 3) {
      return Optional.empty();
    }
    List<NodeProto> made = one || norm ? List.of(single(merging, row)) : both(merging, row);
    merging.merge(node, made, row.others());
    return Optional.of(
        new Merged(
            Nodes.label(node), row.names() + " become " + made.get(made.size() - 1).getOpType()));
  }

  private static NodeProto single(Merging merging, Affine row) {
    NodeProto last = row.last();
    List<String> y = List.of(last.getOutput(0));
    if (row.isScale() || row.isShift()) {
      double[] c = row.isScale() ? row.scale() : row.shift();
      String operand = constant(merging, row, row.isScale() ? "scale" : "shift", c);
      return Nodes.of(row.isScale() ? "Mul" : "Add", last.getName(), List.of(row.x(), operand), y);
    }
    int n = row.scale().length;
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    return Nodes.of(
        "BatchNormalization",
        last.getName(),
        List.of(
            row.x(),
            vector(merging, row, "scale", row.scale()),
            vector(merging, row, "shift", row.shift()),
            vector(merging, row, "mean", new double[n]),
            vector(merging, row, "variance", ones)),
        y,
        Nodes.number("epsilon", 0));
  }

  private static List<NodeProto> both(Merging merging, Affine row) {
    NodeProto last = row.last();
    String t = merging.value(last.getOutput(0) + ".scaled", merging.type(last.getOutput(0)));
    String s = constant(merging, row, "scale", row.scale());
    String h = constant(merging, row, "shift", row.shift());
    return List.of(
        Nodes.of("Mul", "", List.of(row.x(), s), List.of(t)),
        Nodes.of("Add", last.getName(), List.of(t, h), List.of(last.getOutput(0))));
  }

  private static boolean isUniform(double[] values) {
    return Arrays.stream(values).allMatch(v -> v == values[0]);
  }

  private static String vector(Merging merging, Affine row, String role, double[] values) {
    TensorType type = TensorType.of(DType.FLOAT32, values.length);
    return merging
        .graph()
        .addConstant(
            Nodes.label(row.last()) + "." + role, Tensor.fromDoubles(type, i -> values[i]));
  }

  /** {@code values} so that they act along the axis of {@code row}. */
  private static String constant(Merging merging, Affine row, String role, double[] values) {
    int[] dims = new int[merging.shape(row.x()).rank() - row.axis()];
    Arrays.fill(dims, 1);
    dims[0] = values.length;
    boolean one = isUniform(values);
    TensorType type = new TensorType(DType.FLOAT32, one ? Shape.SCALAR : Shape.of(dims));
    return merging
        .graph()
        .addConstant(
            Nodes.label(row.last()) + "." + role, Tensor.fromDoubles(type, i -> values[i]));
  }
}
