package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Tile;
import java.util.List;

/** Tile, since 6. */
final class TileImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    List<Integer> repeats = node.requiredIntegers(1, "repeats");
    return repeats.stream().allMatch(r -> r == 1) && repeats.size() == node.shape(0).rank()
        ? List.of(node.input(0))
        : List.of(node.add(new Tile(repeats), node.input(0)));
  }
}
