package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Softmax, LogSoftmax and Hardmax, since 1: along one axis since 13, before over all axes from
 * {@code axis} on as if they were one.
 */
record SoftmaxImporter(IntFunction<Op> along) implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Shape x = node.shape(0);
    boolean flattens = node.opset() < 13;
    int axis =
        AxisArguments.normalize(node.attributes().integer("axis", flattens ? 1 : -1), x.rank());
    if (!flattens || x.sizeOf(axis + 1, x.rank()) == 1) {
      return node.all(along.apply(axis));
    }
    Value flat = node.reshape(node.input(0), List.of(x.sizeOf(0, axis), x.sizeOf(axis, x.rank())));
    return List.of(
        node.reshape(node.add(along.apply(1), flat), Arrays.stream(x.dims()).boxed().toList()));
  }
}
