package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Tile;
import java.util.List;

/** Tile, since 6; repeats that are known only at run time need a bound. */
final class TileImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    if (node.constant(1).isEmpty()) {
      return List.of(RuntimeShapes.tile(node));
    }
    List<Integer> repeats = node.requiredIntegers(1, "repeats");
    return repeats.stream().allMatch(r -> r == 1) && repeats.size() == node.shape(0).rank()
        ? List.of(node.input(0))
        : List.of(node.add(new Tile(repeats), node.input(0)));
  }
}
