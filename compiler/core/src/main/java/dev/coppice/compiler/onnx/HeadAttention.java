package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * Attention as the operators of com.microsoft compute it: what a mask forbids gets a large negative
 * number added, {@code mask_filter_value}, and what causality forbids the least float, so that a
 * row that is forbidden altogether is still a distribution.
 *
 * @param node the node, which has attributes {@code num_heads}, {@code scale}, {@code
 *     mask_filter_value} and {@code unidirectional}
 * @param heads number of heads
 */
record HeadAttention(NodeContext node, int heads) {
  private static final List<Integer> SWAP_HEADS = List.of(0, 2, 1, 3);
  private static final float FILTER = -10000;

  /** What attention gives: the output {@code [b, s, h * e]}, all keys and all values. */
  record Result(Value output, Value key, Value value) {}

  /** Attention of {@code node}. */
  static HeadAttention of(NodeContext node) {
    int heads = node.attributes().integer("num_heads");
    if (heads < 1) {
      throw new IllegalArgumentException(
          "attribute 'num_heads' is " + heads + ", expected 1 or more");
    }
    return new HeadAttention(node, heads);
  }

  /** {@code x: [b, s, h * d]} as {@code [b, h, s, d]}. */
  Value split(Value x) {
    Shape shape = x.type().shape();
    if (shape.rank() != 3 || shape.dim(2) % heads != 0) {
      throw new IllegalArgumentException(
          "queries, keys or values are "
              + x.type()
              + ", expected [batch, rows, width] with a width for "
              + heads
              + " heads");
    }
    List<Integer> dims = List.of(shape.dim(0), shape.dim(1), heads, shape.dim(2) / heads);
    return node.add(new Transpose(SWAP_HEADS), node.reshape(x, dims));
  }

  /** {@code past}, if there is one, and then {@code x}, along the axis of positions. */
  Value after(Optional<Value> past, Value x) {
    return past.isPresent() ? node.add(new Concat(2), past.get(), x) : x;
  }

  /**
   * The result for queries, keys and values {@code [b, h, s, d]}, past ones included.
   *
   * @param mask operand with the mask
   * @param oneForAll whether a mask of one element per example masks nothing
   * @param added operand that is added to the scores, broadcastable to {@code [b, h, s, t]}
   */
  Result of(Value q, Value key, Value value, int mask, boolean oneForAll, int added) {
    Shape queries = q.type().shape();
    int rows = queries.dim(2);
    int keys = key.type().shape().dim(2);
    float given = node.number("scale", 0);
    double factor = given == 0 ? 1 / Math.sqrt(queries.dim(3)) : given;
    DType dtype = q.type().dtype();
    GroupedProducts products = GroupedProducts.of(node, q, key, value);
    Value scores = products.scores(node.add(new Mul(), q, node.scalar(dtype, factor)));
    Optional<Value> forbidden = forbidden(queries, keys, mask, oneForAll, dtype);
    if (forbidden.isPresent()) {
      scores = node.add(new Add(), scores, forbidden.get());
    }
    if (node.has(added)) {
      scores = node.add(new Add(), scores, bias(added, scores));
    }
    Value y = products.output(node.add(new Softmax(3), scores));
    int width = heads * y.type().shape().dim(3);
    Value joined = node.add(new Transpose(SWAP_HEADS), y);
    return new Result(node.reshape(joined, List.of(queries.dim(0), rows, width)), key, value);
  }

  private Value bias(int added, Value scores) {
    Value bias = node.input(added);
    Shape all = scores.type().shape();
    if (bias.type().shape().rank() != 4
        || !Shape.broadcast(all, bias.type().shape()).equals(all)
        || bias.type().dtype() != scores.type().dtype()) {
      throw new IllegalArgumentException(
          "the bias of the scores is " + bias.type() + ", which does not fit " + scores.type());
    }
    return bias;
  }

  /** What mask and causality add to the scores. */
  private Optional<Value> forbidden(
      Shape queries, int keys, int mask, boolean oneForAll, DType dtype) {
    float filter = node.number("mask_filter_value", FILTER);
    Optional<Value> padding =
        new PaddingMask(node, mask, queries.dim(0), queries.dim(2), keys)
            .allowed(oneForAll)
            .map(
                allowed ->
                    node.add(
                        new Where(), allowed, node.scalar(dtype, 0), node.scalar(dtype, filter)));
    int rows = queries.dim(2);
    boolean causal = node.attributes().flag("unidirectional", false);
    if (!causal || rows == 1) {
      return padding;
    }
    TensorType type = TensorType.of(DType.BOOL, 1, 1, rows, keys);
    int past = keys - rows;
    Tensor later = Tensor.fromLongs(type, i -> i % keys > past + i / keys ? 1 : 0);
    Value others = padding.orElse(node.scalar(dtype, 0));
    Value least = node.scalar(dtype, -Float.MAX_VALUE);
    return Optional.of(node.add(new Where(), node.constant(later), least, others));
  }
}
