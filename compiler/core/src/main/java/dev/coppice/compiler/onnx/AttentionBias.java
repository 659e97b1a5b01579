package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.And;
import dev.coppice.compiler.op.Equal;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.LessOrEqual;
import dev.coppice.compiler.op.Neg;
import dev.coppice.compiler.op.Pad;
import dev.coppice.compiler.op.Reduce;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What attention adds to its scores: the mask that is given, and minus infinity where causality, a
 * window or padding forbids a key.
 *
 * @param values broadcastable to {@code [b, h, q, k]}
 */
record AttentionBias(Value values) {

  /**
   * The bias of an Attention node, if it has any.
   *
   * @param queries {@code [b, h, q, d]}
   * @param keys their number, past ones included
   */
  static Optional<AttentionBias> of(NodeContext node, Shape queries, int keys, DType dtype) {
    Optional<Value> mask = mask(node, queries, keys);
    List<Value> allowed = positions(node, queries, keys);
    mask.filter(m -> m.type().dtype() == DType.BOOL).ifPresent(allowed::add);
    Optional<Value> added = mask.filter(m -> m.type().dtype() != DType.BOOL);
    if (allowed.isEmpty()) {
      return added.map(AttentionBias::new);
    }
    Value permitted = allowed.stream().reduce((x, y) -> node.add(new And(), x, y)).orElseThrow();
    Value otherwise = node.scalar(dtype, Double.NEGATIVE_INFINITY);
    Value base = added.orElseGet(() -> node.scalar(dtype, 0));
    return Optional.of(new AttentionBias(node.add(new Where(), permitted, base, otherwise)));
  }

  /** {@code probabilities}, zero in rows in which no key is allowed. */
  Value guard(NodeContext node, Value probabilities) {
    int last = values.type().shape().rank() - 1;
    Value most = node.add(new Reduce(Reduce.Kind.MAX, List.of(last), true), values);
    DType dtype = values.type().dtype();
    Value empty = node.add(new Equal(), most, node.scalar(dtype, Double.NEGATIVE_INFINITY));
    Optional<Tensor> known = node.constant(empty);
    if (known.isPresent()
        && IntStream.range(0, known.get().size()).noneMatch(i -> known.get().booleanAt(i))) {
      return probabilities;
    }
    return node.add(new Where(), empty, node.scalar(dtype, 0), probabilities);
  }

  /** The mask, as wide as there are keys: those beyond it are not attended. */
  private static Optional<Value> mask(NodeContext node, Shape queries, int keys) {
    if (!node.has(3)) {
      return Optional.empty();
    }
    Shape shape = node.shape(3);
    DType dtype = node.type(3).dtype();
    DType expected = node.type(0).dtype();
    Shape scores = Shape.of(queries.dim(0), queries.dim(1), queries.dim(2), keys);
    if (dtype != DType.BOOL && dtype != expected) {
      throw node.unsupportedType(dtype.toString(), "the mask has it, expected BOOL or " + expected);
    }
    int missing = shape.rank() == 0 ? 0 : keys - shape.dim(shape.rank() - 1);
    boolean pads = missing > 0 && shape.dim(shape.rank() - 1) != 1;
    Value mask = node.input(3);
    if (pads) {
      List<Integer> amounts = new ArrayList<>(Collections.nCopies(2 * shape.rank(), 0));
      amounts.set(2 * shape.rank() - 1, missing);
      double fill = dtype == DType.BOOL ? 0 : Double.NEGATIVE_INFINITY;
      mask = node.add(new Pad(Pad.Mode.CONSTANT, amounts, fill), mask);
    }
    Shape padded = mask.type().shape();
    for (int i = 1; i <= padded.rank(); i++) {
      int d = padded.dim(padded.rank() - i);
      if (i > 4 || (d != 1 && d != scores.dim(4 - i))) {
        throw new IllegalArgumentException(
            "the mask is " + node.type(3) + ", expected what broadcasts to " + scores);
      }
    }
    return Optional.of(mask);
  }

  /** Where causality, windows and padding allow a key. */
  private static List<Value> positions(NodeContext node, Shape queries, int keys) {
    List<Value> allowed = new ArrayList<>();
    Attributes a = node.attributes();
    boolean causal = a.flag("is_causal", false);
    int left = window(node, "left_window_size");
    int right = window(node, "right_window_size");
    int rows = queries.dim(2);
    if (causal || left >= 0 || right >= 0) {
      TensorType type = TensorType.of(DType.INT64, rows, keys);
      if (!node.folder().affords(type)) {
        throw node.tooLarge("the mask takes " + type.bytes() + " bytes");
      }
      // How far key j lies ahead of query i.
      Value ahead = node.constant(Tensor.fromLongs(type, i -> i % keys - i / keys));
      ahead = node.add(new Sub(), ahead, offset(node, queries));
      if (causal) {
        allowed.add(node.add(new LessOrEqual(), ahead, node.scalar(DType.INT64, 0)));
      }
      if (left >= 0) {
        Value behind = node.add(new Neg(), ahead);
        allowed.add(node.add(new LessOrEqual(), behind, node.scalar(DType.INT64, left)));
      }
      if (right >= 0) {
        allowed.add(node.add(new LessOrEqual(), ahead, node.scalar(DType.INT64, right)));
      }
    }
    if (node.has(6)) {
      TensorType type = TensorType.of(DType.INT64, keys);
      Value position = node.constant(Tensor.fromLongs(type, i -> i));
      allowed.add(node.add(new Less(), position, valid(node, queries)));
    }
    return allowed;
  }

  private static int window(NodeContext node, String attribute) {
    int size = node.opset() < 25 ? -1 : node.attributes().integer(attribute, -1);
    if (size < -1) {
      throw new IllegalArgumentException(
          "attribute '" + attribute + "' is " + size + ", expected -1 or more");
    }
    return size;
  }

  /** The position of the first query among the keys. */
  private static Value offset(NodeContext node, Shape queries) {
    if (!node.has(6)) {
      return node.scalar(DType.INT64, node.has(4) ? node.shape(4).dim(2) : 0);
    }
    return node.add(
        new Add(), valid(node, queries), node.scalar(DType.INT64, -(double) queries.dim(2)));
  }

  /** The number of valid keys of each example, {@code [b, 1, 1, 1]}. */
  private static Value valid(NodeContext node, Shape queries) {
    return node.reshape(node.input(6), List.of(queries.dim(0), 1, 1, 1));
  }
}
