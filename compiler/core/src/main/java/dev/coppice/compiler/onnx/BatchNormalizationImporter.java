package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.BatchNormalization;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.tensor.DType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** BatchNormalization, since 7; in training mode, since 14, with the statistics of the operand. */
final class BatchNormalizationImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    float momentum = a.number("momentum", .9f);
    if (node.opset() < 7 && !a.flag("is_test", false)) {
      throw node.unsupported("is_test", "it is 0: the layer would be trained");
    }
    if (node.opset() >= 14 && a.flag("training_mode", false)) {
      return training(node, momentum);
    }
    if (node.opset() < 9 && !a.flag("spatial", true)) {
      throw node.unsupported("spatial", "statistics per element are not supported");
    }
    for (int i = 1; i < node.outputCount(); i++) {
      if (node.wantsOutput(i)) {
        throw node.unsupported("training_mode", "result " + i + " only exists in training");
      }
    }
    Value y = node.all(new BatchNormalization(a.number("epsilon", 1e-5f), 1)).get(0);
    return Collections.nCopies(Math.max(1, node.outputCount()), y);
  }

  /** With the statistics of the operand itself; those given are moved towards them. */
  private static List<Value> training(NodeContext node, float momentum) {
    Value x = node.input(0);
    List<Integer> axes = new ArrayList<>();
    List<Integer> channels = new ArrayList<>();
    for (int i = 0; i < x.type().shape().rank(); i++) {
      channels.add(i == 1 ? x.type().shape().dim(1) : 1);
      if (i != 1) {
        axes.add(i);
      }
    }
    Reduce toChannels = new Reduce(Reduce.Kind.MEAN, axes, true);
    Value mean = node.add(toChannels, x);
    Value off = node.add(new Sub(), x, mean);
    Value variance = node.add(toChannels, node.add(new Mul(), off, off));
    List<Integer> flat = List.of(channels.get(1));
    Value ownMean = node.reshape(mean, flat);
    Value ownVariance = node.reshape(variance, flat);
    Value y =
        node.add(
            new BatchNormalization(node.number("epsilon", 1e-5f), 1),
            x,
            node.input(1),
            node.input(2),
            CastImporter.cast(node, ownMean, node.type(3).dtype()),
            CastImporter.cast(node, ownVariance, node.type(4).dtype()));
    return List.of(y, moved(node, 3, ownMean, momentum), moved(node, 4, ownVariance, momentum));
  }

  private static Value moved(NodeContext node, int statistic, Value own, float momentum) {
    DType dtype = node.type(statistic).dtype();
    Value old = node.add(new Mul(), node.input(statistic), node.scalar(dtype, momentum));
    Value now = CastImporter.cast(node, own, dtype);
    return node.add(new Add(), old, node.add(new Mul(), now, node.scalar(dtype, 1.0 - momentum)));
  }
}
