package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * AffineGrid, since 20: the places of a regular grid, a constant, times the affine matrices. {@code
 * theta: [N, D, D+1]} with D spatial axes, 2 or 3.
 */
final class AffineGridImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    boolean corners = node.attributes().flag("align_corners", false);
    List<Integer> size = node.requiredIntegers(1, "size");
    int axes = size.size() - 2;
    Shape theta = node.shape(0);
    if (axes < 2 || axes > 3 || !theta.equals(Shape.of(size.get(0), axes, axes + 1))) {
      throw new IllegalArgumentException(
          "theta is " + node.type(0) + " for a grid of size " + size);
    }
    int[] dims = size.subList(2, size.size()).stream().mapToInt(Integer::intValue).toArray();
    Shape grid = Shape.of(dims);
    int[] strides = grid.strides();
    TensorType type = TensorType.of(node.type(0).dtype(), grid.size(), axes + 1);
    if (!node.folder().affords(type)) {
      throw node.tooLarge("the grid takes " + type.bytes() + " bytes");
    }
    // Each row: the last axis first, then 1.
    Tensor places =
        Tensor.fromDoubles(
            type,
            i -> {
              int axis = axes - 1 - i % (axes + 1);
              return axis < 0
                  ? 1
                  : place(i / (axes + 1) / strides[axis] % dims[axis], dims[axis], corners);
            });
    Value columns = node.add(new Transpose(List.of(0, 2, 1)), node.input(0));
    Value moved = node.add(new MatMul(), node.constant(places), columns);
    List<Integer> shape = new ArrayList<>(List.of(size.get(0)));
    shape.addAll(size.subList(2, size.size()));
    shape.add(axes);
    return List.of(node.reshape(moved, shape));
  }

  /** From -1 to 1: the centers of the outer elements, or their outer edges. */
  private static double place(int i, int n, boolean corners) {
    if (corners) {
      return n == 1 ? -1 : -1 + 2.0 * i / (n - 1);
    }
    return (2.0 * i + 1) / n - 1;
  }
}
