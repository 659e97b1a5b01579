package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Split, since 2; sizes are an operand since 13, {@code num_outputs} parts of which the last may be
 * smaller since 18.
 */
final class SplitImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    int axis = AxisArguments.normalize(node.attributes().integer("axis", 0), node.shape(0).rank());
    Optional<List<Integer>> sizes =
        node.opset() < 13 ? node.attributes().integers("split") : node.integers(1, "split");
    int parts = node.outputCount();
    if (node.opset() >= 18) {
      parts = node.attributes().integer("num_outputs", parts);
    }
    if (parts != node.outputCount() || sizes.isPresent() && sizes.get().size() != parts) {
      throw new IllegalArgumentException(
          "it has "
              + node.outputCount()
              + " results and splits into "
              + sizes.map(List::size).orElse(parts));
    }
    List<Integer> all =
        sizes.isPresent() ? sizes.get() : equal(node.shape(0).dim(axis), parts, node.opset() >= 18);
    return parts == 1
        ? List.of(node.input(0))
        : node.emit(new Split(axis, all), List.of(node.input(0)));
  }

  private static List<Integer> equal(int dim, int parts, boolean lastMayBeSmaller) {
    int size = (dim + parts - 1) / Math.max(1, parts);
    int last = dim - size * (parts - 1);
    if (last != size && (!lastMayBeSmaller || last < 0)) {
      throw new IllegalArgumentException(
          dim + " elements do not split into " + parts + " equal parts");
    }
    List<Integer> sizes = new ArrayList<>(Collections.nCopies(parts, size));
    sizes.set(parts - 1, last);
    return sizes;
  }
}
