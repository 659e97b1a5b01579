package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.tensor.DType;
import java.util.List;

/**
 * FlexAttention of ai.onnx.preview, since 1: attention on {@code [b, h, q, d]}, {@code [b, g, k,
 * d]} and {@code [b, g, k, e]} whose scores and probabilities pass through graphs that the node
 * carries.
 */
final class FlexAttentionImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    for (int i = 0; i < 3; i++) {
      if (node.shape(i).rank() != 4) {
        throw new IllegalArgumentException(
            "operand " + i + " is " + node.type(i) + ", expected four axes");
      }
    }
    Attributes a = node.attributes();
    Value q = node.input(0);
    DType dtype = q.type().dtype();
    DType precision = precision(node, dtype);
    double scale = a.has("scale") ? a.number("scale", 0) : 1 / Math.sqrt(q.type().shape().dim(3));
    Value values = cast(node, node.input(2), precision);
    GroupedProducts products = GroupedProducts.of(node, q, node.input(1), values);
    Value scores = products.scores(node.add(new Mul(), q, node.scalar(dtype, scale)));
    scores = modified(node, "score_mod", cast(node, scores, precision));
    Value weights = modified(node, "prob_mod", node.add(new Softmax(3), scores));
    return List.of(cast(node, products.output(weights), node.type(2).dtype()));
  }

  private static DType precision(NodeContext node, DType dtype) {
    DType wide = dtype == DType.FLOAT64 ? dtype : DType.FLOAT32;
    int code = node.attributes().integer("softmax_precision", wide.onnxCode());
    return DType.ofOnnx(code)
        .filter(DType::isFloat)
        .orElseThrow(
            () -> node.unsupportedType(TensorReader.typeName(code), "'softmax_precision'"));
  }

  /** What the graph {@code attribute}, if it is given, makes of {@code x}. */
  private static Value modified(NodeContext node, String attribute, Value x) {
    if (!node.attributes().has(attribute)) {
      return x;
    }
    List<Value> results = node.inline(node.graph(attribute), List.of(x));
    if (results.size() != 1 || !results.get(0).type().equals(x.type())) {
      throw new IllegalArgumentException(
          "graph '"
              + attribute
              + "' has results "
              + results.stream().map(Value::type).toList()
              + ", expected one "
              + x.type());
    }
    return results.get(0);
  }

  private static Value cast(NodeContext node, Value x, DType to) {
    return x.type().dtype() == to ? x : node.add(new Cast(to), x);
  }
}
