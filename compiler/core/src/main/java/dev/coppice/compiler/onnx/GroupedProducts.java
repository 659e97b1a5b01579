package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;

/**
 * The two matrix products of attention, where {@code h / g} heads of queries share one head of keys
 * and values: the queries of a group are rows of one matrix, so that nothing is repeated.
 *
 * @param node where the products are added
 * @param queries {@code [b, h, q, d]}
 * @param key {@code [b, g, k, d]}
 * @param value {@code [b, g, k, e]}
 */
record GroupedProducts(NodeContext node, Shape queries, Value key, Value value) {

  /**
   * The products of these operands.
   *
   * @throws IllegalArgumentException if their shapes do not fit
   */
  static GroupedProducts of(NodeContext node, Value q, Value key, Value value) {
    Shape x = q.type().shape();
    Shape k = key.type().shape();
    Shape v = value.type().shape();
    boolean fits =
        x.dim(0) == k.dim(0)
            && x.dim(0) == v.dim(0)
            && k.dim(1) > 0
            && x.dim(1) % k.dim(1) == 0
            && v.dim(1) == k.dim(1)
            && v.dim(2) == k.dim(2)
            && x.dim(3) == k.dim(3);
    if (!fits) {
      throw new IllegalArgumentException(
          "queries, keys and values are "
              + List.of(q.type(), key.type(), value.type())
              + ", expected [b, h, q, d], [b, g, k, d] and [b, g, k, e] with h a multiple of g");
    }
    return new GroupedProducts(node, x, key, value);
  }

  /** {@code [b, h, q, k]}: products of queries of the shape given and keys. */
  Value scores(Value q) {
    Value transposed = node.add(new Transpose(List.of(0, 1, 3, 2)), key);
    return ungroup(node.add(new MatMul(), group(q), transposed));
  }

  /** {@code [b, h, q, e]}: values weighted by {@code [b, h, q, k]}. */
  Value output(Value weights) {
    return ungroup(node.add(new MatMul(), group(weights), value));
  }

  private Value group(Value x) {
    int groups = key.type().shape().dim(1);
    int rows = queries.dim(1) / groups * queries.dim(2);
    return node.reshape(x, List.of(queries.dim(0), groups, rows, x.type().shape().dim(3)));
  }

  private Value ungroup(Value x) {
    int columns = x.type().shape().dim(3);
    return node.reshape(x, List.of(queries.dim(0), queries.dim(1), queries.dim(2), columns));
  }
}
