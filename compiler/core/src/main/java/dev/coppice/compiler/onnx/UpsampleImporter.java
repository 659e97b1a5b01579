package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Resize;
import dev.coppice.compiler.op.Resize.Coordinates;
import dev.coppice.compiler.op.Resize.Mode;
import dev.coppice.compiler.op.Resize.Nearest;
import java.util.ArrayList;
import java.util.List;

/**
 * Upsample, 7 to 9, and Resize 10, which have one way to find coordinates; scales are an operand
 * since 9.
 */
final class UpsampleImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    return resize(
        node,
        node.opset() < 9
            ? node.attributes().numbers("scales").orElse(List.of())
            : ResizeImporter.scales(node, 1).orElse(List.of()));
  }

  /** The node's operand 0 scaled by {@code scales}, one per axis. */
  static List<Value> resize(NodeContext node, List<Float> scales) {
    int rank = node.shape(0).rank();
    if (scales.size() != rank) {
      throw new IllegalArgumentException(
          "it has " + scales.size() + " scales for the " + rank + " axes of " + node.type(0));
    }
    String mode = node.attributes().choice("mode", "nearest", "linear", "bilinear");
    boolean grows = scales.stream().allMatch(s -> s >= 1);
    if (mode.equals("nearest") && !grows && scales.stream().anyMatch(s -> s > 1)) {
      throw node.unsupported("scales", "some of " + scales + " grow and some shrink");
    }
    List<Integer> shape = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      shape.add(ResizeImporter.scaled(scales.get(axis) * node.shape(0).dim(axis)));
    }
    // Before opset 11 runtimes take the neighbour below when they enlarge and the one above when
    // they shrink.
    return List.of(
        node.add(
            new Resize(
                mode.equals("nearest") ? Mode.NEAREST : Mode.LINEAR,
                Coordinates.ASYMMETRIC,
                grows ? Nearest.FLOOR : Nearest.CEIL,
                -0.75f,
                false,
                false,
                0,
                List.of(),
                scales,
                shape),
            node.input(0)));
  }
}
