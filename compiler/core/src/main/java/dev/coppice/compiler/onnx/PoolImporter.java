package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.AveragePool;
import dev.coppice.compiler.op.LpPool;
import dev.coppice.compiler.op.MaxPool;
import dev.coppice.compiler.op.MaxPoolWithIndices;
import dev.coppice.compiler.op.MaxUnpool;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * MaxPool and AveragePool, since 1, LpPool, since 2, and MaxUnpool, since 9: {@code auto_pad} and
 * {@code ceil_mode} (since 10) become pads and sizes.
 */
final class PoolImporter {
  private PoolImporter() {}

  /** MaxPool; with its second result, the places of the maxima, it is another operator. */
  static List<Value> max(NodeContext node) {
    WindowArguments w = window(node);
    List<Integer> shape = outputShape(node, w);
    boolean columnMajor = node.attributes().flag("storage_order", false);
    return node.wantsOutput(1)
        ? node.all(
            new MaxPoolWithIndices(
                w.kernel(), w.strides(), w.pads(), w.dilations(), shape, columnMajor))
        : node.all(new MaxPool(w.kernel(), w.strides(), w.pads(), w.dilations(), shape));
  }

  /**
   * MaxUnpool, since 9. Places are those in the smallest shape that the windows cover; a larger
   * {@code output_shape} adds zeros behind it.
   */
  static List<Value> unpool(NodeContext node) {
    WindowArguments w = window(node);
    Shape x = node.shape(0);
    int n = w.kernel().size();
    List<Integer> shape = new ArrayList<>(List.of(x.dim(0), x.dim(1)));
    for (int a = 0; a < n; a++) {
      int pads = w.pads().get(a) + w.pads().get(a + n);
      shape.add((x.dim(a + 2) - 1) * w.strides().get(a) - pads + w.kernel().get(a));
    }
    if (shape.stream().anyMatch(d -> d < 0)) {
      throw new IllegalArgumentException("the result would have shape " + shape);
    }
    Value y = node.add(new MaxUnpool(shape), node.input(0), node.input(1));
    Optional<List<Integer>> asked = node.integers(2, "output_shape");
    if (asked.isEmpty() || asked.get().equals(shape)) {
      return List.of(y);
    }
    List<Integer> pads = new ArrayList<>(Collections.nCopies(2 * n + 4, 0));
    for (int a = 0; a < n + 2; a++) {
      int missing = asked.get().size() == n + 2 ? asked.get().get(a) - shape.get(a) : -1;
      if (missing < 0) {
        throw new IllegalArgumentException(
            "operand 'output_shape' is " + asked.get() + ", expected at least " + shape);
      }
      pads.set(n + 2 + a, missing);
    }
    return List.of(node.add(new Pad(Pad.Mode.CONSTANT, pads, 0), y));
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
