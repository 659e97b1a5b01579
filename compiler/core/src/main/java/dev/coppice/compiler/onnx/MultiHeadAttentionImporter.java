package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * MultiHeadAttention of com.microsoft: queries {@code [b, s, c]}, keys and values {@code [b, t,
 * c]}, or both {@code [b, h, t, d]}; a bias of all three, a mask of keys, a bias of the scores,
 * past keys and values {@code [b, h, p, d]}. Results are the output, and all keys and values.
 */
final class MultiHeadAttentionImporter implements NodeImporter {
  @Override
  public List<Value> apply(NodeContext node) {
    check(node);
    HeadAttention attention = HeadAttention.of(node);
    List<Value> parts = new ArrayList<>(List.of(node.input(0), node.input(1), node.input(2)));
    boolean split = node.shape(1).rank() == 4;
    if (node.has(3)) {
      bias(node, parts, split);
    }
    Value q = attention.split(parts.get(0));
    Value key = split ? parts.get(1) : attention.split(parts.get(1));
    Value value = split ? parts.get(2) : attention.split(parts.get(2));
    HeadAttention.Result result =
        attention.of(
            q,
            attention.after(node.optional(6), key),
            attention.after(node.optional(7), value),
            4,
            false,
            5);
    return List.of(result.output(), result.key(), result.value());
  }

  private static void check(NodeContext node) {
    if (!node.has(1) || !node.has(2) || node.shape(0).rank() != 3) {
      throw node.unsupportedOperand(
          "query", "it holds keys or values, too; give queries, keys and values separately");
    }
    int rank = node.shape(1).rank();
    if ((rank != 3 && rank != 4) || node.shape(2).rank() != rank) {
      throw node.unsupportedOperand(
          "key",
          "keys and values are "
              + List.of(node.type(1), node.type(2))
              + ", expected both [batch, rows, width] or both [batch, heads, rows, width]");
    }
    if (node.has(6) != node.has(7)) {
      throw new IllegalArgumentException("past keys and past values are only given together");
    }
    if (node.has(8) || node.has(9)) {
      throw node.unsupportedOperand(
          "past_sequence_length", "the past is expected to be as long as it is");
    }
    if (node.attributes().flag("unidirectional", false)
        && node.shape(0).dim(1) != node.shape(1).dim(rank - 2)) {
      throw node.unsupported("unidirectional", "there are not as many new keys as queries");
    }
  }

  /**
   * Adds its part of the bias to each of {@code parts}, to the queries alone if the others are
   * split.
   */
  private static void bias(NodeContext node, List<Value> parts, boolean split) {
    List<Integer> widths = new ArrayList<>();
    for (Value part : parts) {
      Shape shape = part.type().shape();
      widths.add(shape.rank() == 4 ? shape.dim(1) * shape.dim(3) : shape.dim(2));
    }
    int all = widths.stream().mapToInt(w -> w).sum();
    if (!node.shape(3).equals(Shape.of(all))) {
      throw new IllegalArgumentException(
          "the bias is " + node.type(3) + ", expected " + all + " elements: " + widths);
    }
    List<Value> biases = node.emit(new Split(0, widths), List.of(node.input(3)));
    for (int i = 0; i < (split ? 1 : 3); i++) {
      parts.set(i, node.add(new Add(), parts.get(i), biases.get(i)));
    }
  }
}
