package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Shape, since 1; attributes {@code start} and {@code end} since 15. Shapes are static, so the
 * result is a constant.
 */
final class ShapeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    int[] dims = node.shape(0).dims();
    int start = 0;
    int end = dims.length;
    if (node.opset() >= 15) {
      start = clamp(node.attributes().longInteger("start", 0), dims.length);
      end = clamp(node.attributes().longInteger("end", dims.length), dims.length);
    }
    long[] part =
        Arrays.stream(Arrays.copyOfRange(dims, start, Math.max(start, end)))
            .asLongStream()
            .toArray();
    return List.of(node.constant(Tensor.ofLongs(Shape.of(part.length), part)));
  }

  private static int clamp(long axis, int rank) {
    return (int) Math.max(0, Math.min(rank, axis < 0 ? axis + rank : axis));
  }
}
