package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Slice, since 1; starts, ends, axes and steps are operands since 10. Becomes one start, step and
 * size per axis.
 */
final class SliceImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    boolean operands = node.opset() >= 10;
    Attributes a = node.attributes();
    if (operands && (node.constant(1).isEmpty() || node.constant(2).isEmpty())) {
      return List.of(runtime(node));
    }
    List<Long> starts =
        (operands ? node.longs(1, "starts") : a.longIntegers("starts"))
            .orElseThrow(() -> new IllegalArgumentException("attribute 'starts' is missing"));
    List<Long> ends =
        (operands ? node.longs(2, "ends") : a.longIntegers("ends"))
            .orElseThrow(() -> new IllegalArgumentException("attribute 'ends' is missing"));
    List<Long> axes =
        (operands ? node.longs(3, "axes") : a.longIntegers("axes"))
            .orElse(AxisArguments.all(starts.size()).stream().map(Integer::longValue).toList());
    List<Long> steps =
        node.longs(operands ? 4 : Integer.MAX_VALUE, "steps")
            .orElse(Collections.nCopies(starts.size(), 1L));
    if (ends.size() != starts.size()
        || axes.size() != starts.size()
        || steps.size() != starts.size()) {
      throw new IllegalArgumentException(
          "starts "
              + starts
              + ", ends "
              + ends
              + ", axes "
              + axes
              + " and steps "
              + steps
              + " differ in length");
    }
    Shape x = node.shape(0);
    AxisArguments.sorted(axes, x.rank());
    List<Integer> from = new ArrayList<>(Collections.nCopies(x.rank(), 0));
    List<Integer> by = new ArrayList<>(Collections.nCopies(x.rank(), 1));
    int[] dims = x.dims();
    for (int i = 0; i < axes.size(); i++) {
      int axis = AxisArguments.normalize(axes.get(i), x.rank());
      int[] part = part(starts.get(i), ends.get(i), steps.get(i), dims[axis]);
      from.set(axis, part[0]);
      by.set(axis, part[1]);
      dims[axis] = part[2];
    }
    if (Shape.of(dims).equals(x) && by.stream().allMatch(s -> s == 1)) {
      return List.of(node.input(0));
    }
    return List.of(
        node.add(new Slice(from, by, Arrays.stream(dims).boxed().toList()), node.input(0)));
  }

  /** Starts or ends are known only at run time. */
  private static Value runtime(NodeContext node) {
    int n = node.shape(1).size();
    if (node.shape(2).size() != n) {
      throw new IllegalArgumentException(
          "starts " + node.type(1) + " and ends " + node.type(2) + " differ in length");
    }
    Value y = node.input(0);
    int rank = y.type().shape().rank();
    List<Long> axes =
        node.longs(3, "axes")
            .orElse(AxisArguments.all(n).stream().map(Integer::longValue).toList());
    List<Long> steps = node.longs(4, "steps").orElse(Collections.nCopies(n, 1L));
    AxisArguments.sorted(axes, rank);
    if (axes.size() != n || steps.size() != n || steps.contains(0L)) {
      throw new IllegalArgumentException("axes " + axes + " or steps " + steps + " are not valid");
    }
    for (int i = 0; i < n; i++) {
      Value start = RuntimeShapes.element(node, node.input(1), i);
      Value end = RuntimeShapes.element(node, node.input(2), i);
      int axis = AxisArguments.normalize(axes.get(i), rank);
      y = RuntimeShapes.slice(node, y, axis, start, end, steps.get(i));
    }
    return y;
  }

  /** Start, step and size of the part of an axis of {@code dim} elements. */
  private static int[] part(long start, long end, long step, int dim) {
    if (step == 0) {
      throw new IllegalArgumentException("a step is 0");
    }
    long from = start < 0 ? start + dim : start;
    long to = end < 0 ? end + dim : end;
    long n;
    if (step > 0) {
      from = Math.max(0, Math.min(dim, from));
      to = Math.max(0, Math.min(dim, to));
      n = to > from ? 1 + (to - from - 1) / step : 0;
    } else {
      from = Math.max(0, Math.min(dim - 1L, from));
      to = Math.max(-1, Math.min(dim - 1L, to));
      n = from > to && dim > 0 ? 1 + (from - to - 1) / -Math.max(step, -Long.MAX_VALUE) : 0;
    }
    return n == 0 ? new int[] {0, 1, 0} : new int[] {(int) from, n == 1 ? 1 : (int) step, (int) n};
  }
}
