package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.onnx.wire.TensorReader;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * Attention, since 23: queries {@code [b, h, q, d]}, keys and values {@code [b, g, k, d]}, or each
 * {@code [b, rows, heads * d]}; floats. Operands 3 to 6 are a mask, past keys, past values and the
 * number of valid keys of each example (since 24); windows since 25. Results are the output,
 * present keys and values, and scores at the stage that {@code qk_matmul_output_mode} names.
 */
final class AttentionImporter implements NodeImporter {
  private static final List<Integer> SWAP_HEADS = List.of(0, 2, 1, 3);

  @Override
  public List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    boolean flat = check(node);
    Value q = flat ? heads(node, 0, a.integer("q_num_heads")) : node.input(0);
    int groups = flat ? a.integer("kv_num_heads") : node.shape(1).dim(1);
    Value key = flat ? heads(node, 1, groups) : node.input(1);
    Value value = flat ? heads(node, 2, groups) : node.input(2);
    if (node.has(4)) {
      key = node.add(new Concat(2), node.input(4), key);
      value = node.add(new Concat(2), node.input(5), value);
    }
    Shape queries = q.type().shape();
    DType dtype = q.type().dtype();
    float scale = a.number("scale", 0);
    double factor = a.has("scale") ? scale : 1 / Math.sqrt(queries.dim(3));
    GroupedProducts products = GroupedProducts.of(node, q, key, value);
    Value scores = products.scores(node.add(new Mul(), q, node.scalar(dtype, factor)));
    Value raw = scores;
    float cap = a.number("softcap", 0);
    if (cap > 0) {
      Value bound = node.scalar(dtype, cap);
      scores = node.add(new Mul(), node.add(new Tanh(), node.add(new Div(), raw, bound)), bound);
    }
    Value capped = scores;
    Optional<AttentionBias> bias =
        AttentionBias.of(node, queries, key.type().shape().dim(2), dtype);
    if (bias.isPresent()) {
      scores = node.add(new Add(), scores, bias.get().values());
    }
    Value probabilities = softmax(node, scores, dtype);
    if (bias.isPresent()) {
      probabilities = bias.get().guard(node, probabilities);
    }
    Value y = products.output(probabilities);
    if (flat) {
      int width = y.type().shape().dim(1) * y.type().shape().dim(3);
      y =
          node.reshape(
              node.add(new Transpose(SWAP_HEADS), y),
              List.of(queries.dim(0), queries.dim(2), width));
    }
    int mode = a.integer("qk_matmul_output_mode", 0);
    Value shown =
        switch (mode) {
          case 0 -> raw;
          case 1 -> capped;
          case 2 -> scores;
          case 3 -> probabilities;
          default ->
              throw new IllegalArgumentException(
                  "attribute 'qk_matmul_output_mode' is " + mode + ", expected 0, 1, 2 or 3");
        };
    return List.of(y, key, value, shown);
  }

  /** Whether heads are packed in the last axis. */
  private static boolean check(NodeContext node) {
    int rank = node.shape(0).rank();
    if ((rank != 3 && rank != 4) || node.shape(1).rank() != rank || node.shape(2).rank() != rank) {
      throw new IllegalArgumentException(
          "queries, keys and values are "
              + List.of(node.type(0), node.type(1), node.type(2))
              + ", expected all of rank 3 or all of rank 4");
    }
    if (node.has(4) != node.has(5)) {
      throw new IllegalArgumentException("past keys and past values are only given together");
    }
    if (node.has(4) && node.has(6)) {
      throw new IllegalArgumentException("'nonpad_kv_seqlen' is given together with a past");
    }
    for (int i = 1; i < Math.min(6, node.inputCount()); i++) {
      if (i != 3 && node.has(i) && node.type(i).dtype() != node.type(0).dtype()) {
        throw node.unsupportedType(
            node.type(i).dtype().toString(),
            "operand " + i + " has it, the queries are " + node.type(0).dtype());
      }
    }
    if (rank == 4) {
      node.attributes().ignore("q_num_heads");
      node.attributes().ignore("kv_num_heads");
    }
    return rank == 3;
  }

  /** Operand {@code i}, {@code [b, rows, heads * d]}, as {@code [b, heads, rows, d]}. */
  private static Value heads(NodeContext node, int i, int heads) {
    Shape x = node.shape(i);
    if (heads < 1 || x.dim(2) % heads != 0) {
      throw new IllegalArgumentException(
          "operand "
              + i
              + " is "
              + node.type(i)
              + ", which does not split into "
              + heads
              + " heads");
    }
    List<Integer> split = List.of(x.dim(0), x.dim(1), heads, x.dim(2) / heads);
    return node.add(new Transpose(SWAP_HEADS), node.reshape(node.input(i), split));
  }

  /** Probabilities of {@code dtype}, computed as {@code softmax_precision} says. */
  private static Value softmax(NodeContext node, Value scores, DType dtype) {
    int code = node.attributes().integer("softmax_precision", dtype.onnxCode());
    DType precision =
        DType.ofOnnx(code)
            .filter(DType::isFloat)
            .orElseThrow(
                () -> node.unsupportedType(TensorReader.typeName(code), "'softmax_precision'"));
    if (precision == dtype) {
      return node.add(new Softmax(3), scores);
    }
    Value exact = node.add(new Softmax(3), node.add(new Cast(precision), scores));
    return node.add(new Cast(dtype), exact);
  }
}
