package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Conv;
import dev.coppice.compiler.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Conv, since 1: {@code auto_pad} becomes explicit pads. */
final class ConvImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    WindowArguments window = WindowArguments.of(node, kernel(node));
    int group = node.attributes().integer("group", 1);
    Conv conv = new Conv(window.strides(), window.pads(), window.dilations(), group);
    return List.of(
        node.has(2)
            ? node.add(conv, node.input(0), node.input(1), node.input(2))
            : node.add(conv, node.input(0), node.input(1)));
  }

  /** Spatial sizes of the weights, which {@code kernel_shape} must repeat if it is given. */
  static List<Integer> kernel(NodeContext node) {
    return kernel(node, 1);
  }

  /** As {@link #kernel(NodeContext)} where operand {@code weights} are the weights. */
  static List<Integer> kernel(NodeContext node, int weights) {
    Shape w = node.shape(weights);
    if (w.rank() != node.shape(0).rank()) {
      throw new IllegalArgumentException(
          "operands are "
              + node.type(0)
              + " and "
              + node.type(weights)
              + ", expected equally many axes");
    }
    List<Integer> kernel = Arrays.stream(w.dims()).skip(2).boxed().toList();
    Optional<List<Integer>> declared = node.attributes().integers("kernel_shape");
    if (declared.isPresent() && !declared.get().equals(kernel)) {
      throw new IllegalArgumentException(
          "attribute 'kernel_shape' is "
              + declared.get()
              + ", the weights are "
              + node.type(weights));
    }
    return kernel;
  }
}
