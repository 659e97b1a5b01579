package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Squeeze, since 1; axes are an operand since 13. Becomes Reshape. */
final class SqueezeImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Shape x = node.shape(0);
    Optional<List<Integer>> axes =
        node.opset() < 13 ? node.attributes().integers("axes") : node.integers(1, "axes");
    Optional<List<Integer>> dropped = axes.map(a -> AxisArguments.sorted(a, x.rank()));
    List<Integer> dims = new ArrayList<>();
    for (int a = 0; a < x.rank(); a++) {
      boolean named = dropped.isPresent() && dropped.get().contains(a);
      if (named && x.dim(a) != 1) {
        throw new IllegalArgumentException(
            "axis " + a + " of " + node.type(0) + " has size " + x.dim(a) + ", expected 1");
      }
      if (!named && (dropped.isPresent() || x.dim(a) != 1)) {
        dims.add(x.dim(a));
      }
    }
    return List.of(node.reshape(node.input(0), dims));
  }
}
