package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Expand;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Expand, since 8: the result has the shape that operand and wish broadcast to. */
final class ExpandImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    if (node.constant(1).isEmpty()) {
      return List.of(runtime(node));
    }
    Shape wish = Shape.of(node.requiredIntegers(1, "shape"));
    return List.of(expand(node, node.input(0), Shape.broadcast(node.shape(0), wish)));
  }

  /** Axes that {@code x} has one element along, or lacks, are repeated as often as asked for. */
  private static Value runtime(NodeContext node) {
    Shape x = node.shape(0);
    int rank = Math.max(x.rank(), node.shape(1).size());
    int lacking = rank - x.rank();
    int unasked = rank - node.shape(1).size();
    int[] dims = new int[rank];
    List<Integer> open = new ArrayList<>();
    for (int a = 0; a < rank; a++) {
      int own = a < lacking ? 1 : x.dim(a - lacking);
      boolean repeated = own == 1 && a >= unasked;
      dims[a] = repeated ? node.bound(0, a, "dimension " + a) : own;
      if (repeated) {
        open.add(a);
      }
    }
    Value y = expand(node, node.input(0), Shape.of(dims));
    if (unasked > 0) {
      throw new IllegalArgumentException("the shape to expand to has fewer axes than the operand");
    }
    RuntimeShapes.extents(node, y, node.input(1), open);
    return y;
  }

  /** {@code x} repeated to {@code shape}; {@code x} itself if it has that shape. */
  static Value expand(NodeContext node, Value x, Shape shape) {
    if (x.type().shape().equals(shape)) {
      return x;
    }
    return node.add(new Expand(Arrays.stream(shape.dims()).boxed().toList()), x);
  }
}
