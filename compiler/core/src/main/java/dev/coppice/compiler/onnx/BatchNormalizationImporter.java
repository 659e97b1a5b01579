package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.BatchNormalization;
import java.util.Collections;
import java.util.List;

/** BatchNormalization, since 7, with given statistics; training is refused. */
final class BatchNormalizationImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    a.ignore("momentum");
    if (node.opset() < 7 && !a.flag("is_test", false)) {
      throw node.unsupported("is_test", "it is 0: the layer would be trained");
    }
    if (node.opset() >= 14 && a.flag("training_mode", false)) {
      throw node.unsupported("training_mode", "only inference is supported");
    }
    if (node.opset() < 9 && !a.flag("spatial", true)) {
      throw node.unsupported("spatial", "statistics per element are not supported");
    }
    for (int i = 1; i < node.outputCount(); i++) {
      if (node.wantsOutput(i)) {
        throw node.unsupported("training_mode", "result " + i + " only exists in training");
      }
    }
    Value y = node.all(new BatchNormalization(a.number("epsilon", 1e-5f))).get(0);
    return Collections.nCopies(Math.max(1, node.outputCount()), y);
  }
}
