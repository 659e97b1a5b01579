package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.LayerNormalization;
import dev.coppice.compiler.op.RmsNormalization;
import java.util.ArrayList;
import java.util.List;

/**
 * Normalizations of com.microsoft over the last axis of a sum of an operand, a shortcut and
 * possibly a bias. The sum is result 3; the statistics, results 1 and 2, are not supported.
 */
final class SkipNormalizationImporter {
  private static final float EPSILON = 1e-12f;

  private SkipNormalizationImporter() {}

  /** SkipLayerNormalization: input, skip, gamma, beta, bias. */
  static List<Value> layer(NodeContext node) {
    Value x = sum(node, 4);
    int last = x.type().shape().rank() - 1;
    List<Value> operands = new ArrayList<>(List.of(x, node.input(2)));
    node.optional(3).ifPresent(operands::add);
    LayerNormalization op = new LayerNormalization(last, node.number("epsilon", EPSILON));
    return List.of(node.emit(op, operands).get(0), x, x, x);
  }

  /** SkipSimplifiedLayerNormalization: input, skip, gamma, bias; without mean. */
  static List<Value> rootMeanSquare(NodeContext node) {
    Value x = sum(node, 3);
    int last = x.type().shape().rank() - 1;
    RmsNormalization op = new RmsNormalization(last, node.number("epsilon", EPSILON));
    Value y = node.add(op, x, node.input(2));
    return List.of(y, x, x, x);
  }

  private static Value sum(NodeContext node, int bias) {
    for (int i = 1; i <= 2; i++) {
      if (node.wantsOutput(i)) {
        throw node.unsupported(
            i == 1 ? "mean" : "inv_std_var", "it is a result that cannot be computed");
      }
    }
    Value x = node.add(new Add(), node.input(0), node.input(1));
    return node.has(bias) ? node.add(new Add(), x, node.input(bias)) : x;
  }
}
