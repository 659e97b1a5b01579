package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.MatMul;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Attention and QAttention of com.microsoft: {@code x: [b, s, c]} times weights {@code [c, q + k +
 * v]} plus a bias gives queries, keys and values. The second result is {@code [2, b, h, t, d]}: all
 * keys, then all values.
 */
final class PackedAttentionImporter {
  private PackedAttentionImporter() {}

  /** Attention: x, weights, bias, mask, past, bias of the scores. */
  static List<Value> attention(NodeContext node) {
    Value sums = node.add(new MatMul(), node.input(0), node.input(1));
    if (node.has(6)) {
      throw sharedPast(node);
    }
    return attended(node, biased(node, sums), 3, 4, 5);
  }

  /**
   * QAttention: x and weights, 8-bit integers, a bias, scales of x and of the weights, mask, zero
   * points of x and of the weights, past.
   */
  static List<Value> quantized(NodeContext node) {
    IntegerProduct p = new IntegerProduct(node);
    Value x = p.centred(node.input(0), node.optional(6));
    Value sums = IntegerImporter.multiplied(node, p, x, p.centred(node.input(1), node.optional(7)));
    Value scale = node.add(new Mul(), node.input(3), node.input(4));
    Value real = node.add(new Mul(), CastImporter.cast(node, sums, DType.FLOAT32), scale);
    return attended(node, biased(node, real), 5, 8, node.inputCount());
  }

  private static Value biased(NodeContext node, Value sums) {
    return node.has(2) ? node.add(new Add(), sums, node.input(2)) : sums;
  }

  private static List<Value> attended(
      NodeContext node, Value packed, int mask, int past, int added) {
    Attributes a = node.attributes();
    if (a.flag("do_rotary", false)) {
      throw node.unsupported("do_rotary", "apply RotaryEmbedding to the queries and keys instead");
    }
    if (a.flag("past_present_share_buffer", false)) {
      throw sharedPast(node);
    }
    a.ignore("rotary_embedding_dim");
    HeadAttention attention = HeadAttention.of(node);
    List<Value> parts = new ArrayList<>();
    for (Value part :
        node.emit(new Split(2, widths(node, packed.type().shape())), List.of(packed))) {
      parts.add(attention.split(part));
    }
    List<Optional<Value>> before = past(node, past);
    HeadAttention.Result result =
        attention.of(
            parts.get(0),
            attention.after(before.get(0), parts.get(1)),
            attention.after(before.get(1), parts.get(2)),
            mask,
            true,
            added);
    return List.of(result.output(), node.wantsOutput(1) ? present(node, result) : result.output());
  }

  private static List<Integer> widths(NodeContext node, Shape packed) {
    int all = packed.rank() == 3 ? packed.dim(2) : 0;
    List<Integer> widths =
        node.attributes().integers("qkv_hidden_sizes").orElse(List.of(all / 3, all / 3, all / 3));
    if (all == 0
        || widths.size() != 3
        || widths.stream().anyMatch(w -> w < 1)
        || widths.stream().mapToInt(w -> w).sum() != all) {
      throw new IllegalArgumentException(
          "queries, keys and values together are "
              + packed
              + ", expected [batch, rows, width] for widths "
              + widths);
    }
    return widths;
  }

  /** The past keys and values. */
  private static List<Optional<Value>> past(NodeContext node, int i) {
    if (!node.has(i)) {
      return List.of(Optional.empty(), Optional.empty());
    }
    Shape past = node.shape(i);
    if (past.rank() != 5 || past.dim(0) != 2) {
      throw new IllegalArgumentException(
          "the past is " + node.type(i) + ", expected [2, batch, heads, positions, width]");
    }
    List<Integer> one = List.of(past.dim(1), past.dim(2), past.dim(3), past.dim(4));
    List<Optional<Value>> parts = new ArrayList<>();
    for (Value half : node.emit(new Split(0, List.of(1, 1)), List.of(node.input(i)))) {
      parts.add(Optional.of(node.reshape(half, one)));
    }
    return parts;
  }

  private static Value present(NodeContext node, HeadAttention.Result result) {
    Shape k = result.key().type().shape();
    if (!k.equals(result.value().type().shape())) {
      throw node.unsupported("qkv_hidden_sizes", "keys and values of the second result differ");
    }
    List<Integer> dims = List.of(1, k.dim(0), k.dim(1), k.dim(2), k.dim(3));
    return node.add(
        new Concat(0), node.reshape(result.key(), dims), node.reshape(result.value(), dims));
  }

  private static RuntimeException sharedPast(NodeContext node) {
    return node.unsupported(
        "past_present_share_buffer", "the past is expected to be as long as it is");
  }
}
