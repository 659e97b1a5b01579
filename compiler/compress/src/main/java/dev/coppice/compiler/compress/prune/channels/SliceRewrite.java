package dev.coppice.compiler.compress.prune.channels;

import dev.coppice.compiler.compress.model.Nodes;
import dev.coppice.compiler.compress.model.OnnxGraph;
import dev.coppice.compiler.onnx.wire.proto.NodeProto;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** The range of Slice where it picks channels; what is no range any more is gathered. */
final class SliceRewrite implements AxisRewrite {
  private static final int OPERANDS = 10;

  @Override
  public boolean accepts(NodeProto node, int axis, ChannelLabels labels) {
    return true;
  }

  /** Operand {@code i}, or before opset 10 the attribute. */
  private static long[] argument(NodeProto node, int i, String name, OnnxGraph graph, long[] none) {
    if (graph.opset() < OPERANDS) {
      List<Integer> given = Nodes.integers(node, name);
      return given.isEmpty() ? none : given.stream().mapToLong(Integer::longValue).toArray();
    }
    return Nodes.input(node, i).flatMap(graph::known).map(Tensor::toLongs).orElse(none);
  }

  @Override
  public List<NodeProto> rewrite(NodeProto node, ChannelRemoval removal) {
    OnnxGraph graph = removal.before();
    String in = node.getInput(0);
    Shape shape = graph.shape(in);
    int axis = removal.axis(in);
    long[] starts = argument(node, 1, "starts", graph, new long[0]);
    long[] ends = argument(node, 2, "ends", graph, new long[0]);
    long[] every = new long[starts.length];
    Arrays.setAll(every, i -> i);
    long[] axes = argument(node, 3, "axes", graph, every);
    Arrays.fill(every, 1);
    long[] steps = argument(node, 4, "steps", graph, every.clone());
    for (int i = 0; i < axes.length; i++) {
      if (Math.floorMod((int) axes[i], shape.rank()) == axis) {
        int[] sources = range(starts[i], ends[i], steps[i], shape.dim(axis));
        return sliced(node, removal, i, removal.moved(in, sources), starts, ends, steps, axes);
      }
    }
    return List.of(node);
  }

  /** The indices that a range takes of {@code dim}, by the rules of Slice. */
  static int[] range(long start, long end, long step, int dim) {
    long from = start < 0 ? start + dim : start;
    long to = end < 0 ? end + dim : end;
    from = Math.max(0, Math.min(from, step > 0 ? dim : dim - 1));
    to = step > 0 ? Math.max(0, Math.min(to, dim)) : Math.max(-1, Math.min(to, dim - 1));
    int count = (int) Math.max(0, (to - from + step - Long.signum(step)) / step);
    int[] indices = new int[count];
    for (int i = 0; i < count; i++) {
      indices[i] = (int) (from + i * step);
    }
    return indices;
  }

  private static List<NodeProto> sliced(
      NodeProto node,
      ChannelRemoval removal,
      int at,
      int[] moved,
      long[] starts,
      long[] ends,
      long[] steps,
      long[] axes) {
    boolean isRange = moved.length > 0 && moved[moved.length - 1] - moved[0] == moved.length - 1;
    for (int i = 1; i < moved.length; i++) {
      isRange &= moved[i] == moved[i - 1] + 1;
    }
    starts[at] = isRange ? moved[0] : 0;
    ends[at] = isRange ? moved[moved.length - 1] + 1 : Integer.MAX_VALUE;
    steps[at] = 1;
    NodeProto ranged = node;
    if (removal.before().opset() < OPERANDS) {
      ranged = removal.withInts(removal.withInts(node, "starts", starts), "ends", ends);
    } else {
      ranged = removal.withLongs(removal.withLongs(node, 1, starts), 2, ends);
      ranged = removal.withLongs(removal.withLongs(ranged, 3, axes), 4, steps);
    }
    if (isRange) {
      return List.of(ranged);
    }
    String all = removal.after().fresh(node.getOutput(0) + "_all");
    long[] picks = Arrays.stream(moved).asLongStream().toArray();
    String indices =
        removal
            .after()
            .addConstant(
                node.getOutput(0) + "_channels", Tensor.ofLongs(Shape.of(picks.length), picks));
    return List.of(
        ranged.toBuilder().setOutput(0, all).build(),
        Nodes.of(
            "Gather",
            removal.after().fresh(Nodes.label(node) + "_channels"),
            List.of(all, indices),
            List.of(node.getOutput(0)),
            Nodes.integer("axis", axes[at])));
  }
}
