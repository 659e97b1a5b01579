package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Unsqueeze, since 1; axes are an operand since 13. They are axes of the result. Becomes Reshape.
 */
final class UnsqueezeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Optional<List<Integer>> given =
        node.opset() < 13 ? node.attributes().integers("axes") : node.integers(1, "axes");
    List<Integer> axes =
        given.orElseThrow(() -> new IllegalArgumentException("attribute 'axes' is missing"));
    Shape x = node.shape(0);
    int rank = x.rank() + axes.size();
    List<Integer> inserted = AxisArguments.sorted(axes, rank);
    List<Integer> dims = new ArrayList<>();
    int from = 0;
    for (int a = 0; a < rank; a++) {
      dims.add(inserted.contains(a) ? 1 : x.dim(from++));
    }
    return List.of(node.reshape(node.input(0), dims));
  }
}
