package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.AveragePool;
import dev.coppice.compiler.op.LpPool;
import dev.coppice.compiler.op.MaxPool;
import java.util.List;

/**
 * MaxPool and AveragePool, since 1, and LpPool, since 2: {@code auto_pad} and {@code ceil_mode}
 * (since 10) become pads and sizes.
 */
final class PoolImporter {
  private PoolImporter() {}

  /** MaxPool; its second result, the indices of the maxima, is not supported. */
  static List<Value> max(NodeContext node) {
    node.attributes().ignore("storage_order");
    if (node.wantsOutput(1)) {
      throw node.unsupported("Indices", "it is a result that cannot be computed");
    }
    WindowArguments w = window(node);
    return node.all(
        new MaxPool(w.kernel(), w.strides(), w.pads(), w.dilations(), outputShape(node, w)));
  }

  /** AveragePool. */
  static List<Value> average(NodeContext node) {
    WindowArguments w = window(node);
    boolean countsPads = node.attributes().flag("count_include_pad", false);
    return node.all(
        new AveragePool(
            w.kernel(), w.strides(), w.pads(), w.dilations(), countsPads, outputShape(node, w)));
  }

  /** LpPool. */
  static List<Value> norm(NodeContext node) {
    WindowArguments w = window(node);
    int p = node.attributes().integer("p", 2);
    return node.all(
        new LpPool(w.kernel(), w.strides(), w.pads(), w.dilations(), p, outputShape(node, w)));
  }

  private static WindowArguments window(NodeContext node) {
    return WindowArguments.of(
        node,
        node.attributes()
            .integers("kernel_shape")
            .orElseThrow(
                () -> new IllegalArgumentException("attribute 'kernel_shape' is missing")));
  }

  private static List<Integer> outputShape(NodeContext node, WindowArguments window) {
    return window.outputShape(node.shape(0), node.attributes().flag("ceil_mode", false));
  }
}
