package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Col2Im;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.op.DeformColumns;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operators that take images apart into windows or put them together. */
final class WindowOperatorsImporter {
  private WindowOperatorsImporter() {}

  /** Col2Im, since 18; both shapes must be constants. */
  static List<Value> col2im(NodeContext node) {
    List<Integer> image = node.requiredIntegers(1, "image_shape");
    List<Integer> block = node.requiredIntegers(2, "block_shape");
    int n = image.size();
    Attributes a = node.attributes();
    return List.of(
        node.add(
            new Col2Im(
                image,
                block,
                a.integers("strides").orElse(Collections.nCopies(n, 1)),
                a.integers("pads").orElse(Collections.nCopies(2 * n, 0)),
                a.integers("dilations").orElse(Collections.nCopies(n, 1))),
            node.input(0)));
  }

  /** DeformConv, since 19, over two spatial axes: the windows' elements, then a pointwise Conv. */
  static List<Value> deformConv(NodeContext node) {
    if (node.shape(0).rank() != 4) {
      throw node.unsupported("kernel_shape", "only two spatial axes are supported");
    }
    List<Integer> kernel = ConvImporter.kernel(node);
    Attributes a = node.attributes();
    DeformColumns columns =
        new DeformColumns(
            kernel,
            a.integers("strides").orElse(List.of(1, 1)),
            a.integers("pads").orElse(List.of(0, 0, 0, 0)),
            a.integers("dilations").orElse(List.of(1, 1)),
            a.integer("offset_group", 1));
    List<Value> moved = new ArrayList<>(List.of(node.input(0), node.input(2)));
    node.optional(4).ifPresent(moved::add);
    Value x = node.emit(columns, moved).get(0);
    Shape w = node.shape(1);
    Value weights =
        node.reshape(
            node.input(1), List.of(w.dim(0), w.dim(1) * kernel.get(0) * kernel.get(1), 1, 1));
    Conv conv = new Conv(List.of(1, 1), List.of(0, 0, 0, 0), List.of(1, 1), a.integer("group", 1));
    return List.of(
        node.has(3) ? node.add(conv, x, weights, node.input(3)) : node.add(conv, x, weights));
  }
}
