package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Op;
import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Clip;
import dev.coppice.compiler.op.Max;
import dev.coppice.compiler.op.Min;
import dev.coppice.compiler.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** Clip, since 1; bounds are operands since 11. Bounds that are not constant become Max and Min. */
final class ClipImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    if (node.opset() < 11) {
      Attributes a = node.attributes();
      return node.all(
          new Clip(a.number("min", -Float.MAX_VALUE), a.number("max", Float.MAX_VALUE)));
    }
    Optional<Tensor> min = bound(node, 1, "min");
    Optional<Tensor> max = bound(node, 2, "max");
    if (node.has(1) == min.isPresent() && node.has(2) == max.isPresent()) {
      if (min.isEmpty() && max.isEmpty()) {
        return List.of(node.input(0));
      }
      return List.of(
          node.add(
              new Clip(
                  min.map(t -> t.doubleAt(0)).orElse(Double.NEGATIVE_INFINITY),
                  max.map(t -> t.doubleAt(0)).orElse(Double.POSITIVE_INFINITY)),
              node.input(0)));
    }
    Value x = bounded(node, node.input(0), 1, new Max());
    return List.of(bounded(node, x, 2, new Min()));
  }

  private static Value bounded(NodeContext node, Value x, int i, Op op) {
    return node.optional(i).map(bound -> node.add(op, x, bound)).orElse(x);
  }

  private static Optional<Tensor> bound(NodeContext node, int i, String role) {
    node.optional(i)
        .filter(v -> v.type().shape().size() != 1)
        .ifPresent(
            v -> {
              throw new IllegalArgumentException(
                  "operand '" + role + "' is " + v.type() + ", expected one element");
            });
    return node.constant(i);
  }
}
