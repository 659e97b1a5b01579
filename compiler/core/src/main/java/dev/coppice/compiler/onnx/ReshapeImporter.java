package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reshape, since 5: 0 copies a dimension (unless {@code allowzero}, since 14), -1 stands for what
 * is left.
 */
final class ReshapeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    boolean allowZero = node.opset() >= 14 && node.attributes().flag("allowzero", false);
    Shape from = node.shape(0);
    Optional<List<Long>> fixed =
        node.constant(1).isPresent() ? node.longs(1, "shape") : declared(node);
    if (fixed.isEmpty()) {
      return List.of(RuntimeShapes.reshape(node, allowZero));
    }
    List<Long> wanted = fixed.get();
    List<Integer> dims = new ArrayList<>();
    int open = -1;
    for (int a = 0; a < wanted.size(); a++) {
      long dim = wanted.get(a);
      if (dim == 0 && !allowZero) {
        if (a >= from.rank()) {
          throw new IllegalArgumentException(
              "shape " + wanted + " copies axis " + a + " of " + node.type(0) + ", which has none");
        }
        dim = from.dim(a);
      } else if (dim == -1 && open < 0) {
        open = a;
        dim = 1;
      } else if (dim < 0) {
        throw new IllegalArgumentException("shape " + wanted + " is not valid");
      }
      dims.add(Math.toIntExact(dim));
    }
    if (open >= 0) {
      int rest = Shape.of(dims).size();
      dims.set(open, rest == 0 ? 0 : from.size() / rest);
    }
    if (Shape.of(dims).size() != from.size()) {
      throw new IllegalArgumentException(
          "operand "
              + node.type(0)
              + " with "
              + from.size()
              + " elements does not fit shape "
              + wanted);
    }
    return List.of(node.reshape(node.input(0), dims));
  }

  /** The shape that the model declares for the result, if each dimension is a number. */
  private static Optional<List<Long>> declared(NodeContext node) {
    List<Long> dims = new ArrayList<>();
    for (int axis = 0; axis < node.shape(1).size(); axis++) {
      node.fixed(0, axis).ifPresent(d -> dims.add(d.longValue()));
    }
    return dims.size() == node.shape(1).size() ? Optional.of(dims) : Optional.empty();
  }
}
