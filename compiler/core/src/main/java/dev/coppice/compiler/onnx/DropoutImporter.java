package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * Dropout, since 1: in inference nothing is dropped, so the result is the operand and the mask is
 * all true.
 */
final class DropoutImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    if (node.opset() < 12) {
      node.attributes().ignore("ratio");
      if (node.opset() < 7 && !node.attributes().flag("is_test", false)) {
        throw node.unsupported("is_test", "it is 0: only inference is supported");
      }
    } else {
      node.attributes().ignore("seed");
      boolean trains = node.has(2) && node.constant(2, "training_mode").booleanAt(0);
      boolean drops = !node.has(1) || node.constant(1, "ratio").doubleAt(0) != 0;
      if (trains && drops) {
        throw node.unsupported("training_mode", "what is dropped is drawn at random");
      }
    }
    if (!node.wantsOutput(1)) {
      return List.of(node.input(0), node.input(0));
    }
    DType mask = node.opset() < 10 ? node.type(0).dtype() : DType.BOOL;
    TensorType type = node.type(0).with(mask);
    return List.of(
        node.input(0),
        node.constant(mask == DType.BOOL ? Tensor.splatLong(type, 1) : Tensor.splat(type, 1)));
  }
}
