package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.Cast;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.LayerNormalization;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.List;

/**
 * EmbedLayerNormalization of com.microsoft: words {@code [b, s]}, segments, tables of words,
 * positions and segments, gamma, beta, a mask {@code [b, s]}, positions. Results are the normalized
 * sum of the embeddings {@code [b, s, d]}, how many elements of the mask are 1, int32 {@code [b]},
 * 0 without a mask, and the sum.
 */
final class EmbedNormalizationImporter implements NodeImporter {
  private static final int SEGMENTS = 1;
  private static final int SEGMENT_TABLE = 4;
  private static final int MASK = 7;
  private static final int POSITIONS = 8;
  private static final float EPSILON = 1e-12f;

  @Override
  public List<Value> apply(NodeContext node) {
    Shape words = node.shape(0);
    if (words.rank() != 2) {
      throw new IllegalArgumentException("operand 0 is " + node.type(0) + ", expected [b, s]");
    }
    if (node.has(SEGMENTS) != node.has(SEGMENT_TABLE)) {
      throw new IllegalArgumentException("segments and their table are only given together");
    }
    // How to count the mask; ONNX Runtime counts it either way.
    node.attributes().ignore("mask_index_type");
    Value sum = node.add(new Gather(0), node.input(2), node.input(0));
    sum = node.add(new Add(), sum, positions(node, words));
    if (node.has(SEGMENTS)) {
      Value segments = node.add(new Gather(0), node.input(SEGMENT_TABLE), node.input(SEGMENTS));
      sum = node.add(new Add(), sum, segments);
    }
    LayerNormalization norm = new LayerNormalization(2, node.number("epsilon", EPSILON));
    Value y = node.add(norm, sum, node.input(5), node.input(6));
    return List.of(y, node.wantsOutput(1) ? counts(node, words.dim(0)) : y, sum);
  }

  /** Embeddings that broadcast to those of the words. */
  private static Value positions(NodeContext node, Shape words) {
    if (node.has(POSITIONS)) {
      return node.add(new Gather(0), node.input(3), node.input(POSITIONS));
    }
    if (node.shape(3).rank() != 2 || node.shape(3).dim(0) < words.dim(1)) {
      throw new IllegalArgumentException(
          "the table of positions is " + node.type(3) + ", which is too short for " + words);
    }
    Tensor all = Tensor.fromLongs(TensorType.of(DType.INT64, words.dim(1)), i -> i);
    return node.add(new Gather(0), node.input(3), node.constant(all));
  }

  private static Value counts(NodeContext node, int batch) {
    if (!node.has(MASK)) {
      return node.constant(Tensor.splatLong(TensorType.of(DType.INT32, batch), 0));
    }
    Value isOne = node.add(new Equal(), node.input(MASK), node.scalar(DType.INT32, 1));
    Value ones = node.add(new Cast(DType.INT32), isOne);
    return node.add(new Reduce(Reduce.Kind.SUM, List.of(1), false), ones);
  }
}
