package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Add;
import dev.coppice.compiler.op.And;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Div;
import dev.coppice.compiler.op.Expand;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.GatherElements;
import dev.coppice.compiler.op.Less;
import dev.coppice.compiler.op.LessOrEqual;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.op.Softmax;
import dev.coppice.compiler.op.Split;
import dev.coppice.compiler.op.Sub;
import dev.coppice.compiler.op.Tanh;
import dev.coppice.compiler.op.Transpose;
import dev.coppice.compiler.op.Where;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import dev.coppice.compiler.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * GroupQueryAttention of com.microsoft, always causal: queries {@code [b, s, h * d]}, keys and
 * values {@code [b, s, g * d]}, or all of them in operand 0; past keys and values {@code [b, g, p,
 * d]}, of which the first count that are missing from the total; for each example its total less 1,
 * int32 {@code [b]}; the largest total, which must be constant; tables of cosines and sines,
 * positions {@code [b, s]} and what is added to the scores. Results are the output, and keys and
 * values {@code [b, g, t, d]}, zeros behind the total.
 */
final class GroupQueryAttentionImporter {
  private static final List<Integer> SWAP_HEADS = List.of(0, 2, 1, 3);

  private final NodeContext node;
  private final int heads;
  private final int groups;
  private final Shape queries;
  private final int past;
  private final int total;

  /** How many keys each example had before: int32 {@code [b, 1, 1, 1]}. */
  private final Value before;

  private final Value q;
  private final Value k;
  private final Value v;

  private GroupQueryAttentionImporter(NodeContext node) {
    this.node = node;
    Attributes a = node.attributes();
    this.heads = a.integer("num_heads");
    this.groups = a.integer("kv_num_heads");
    List<Value> parts = parts();
    Value split = heads(parts.get(0), heads);
    this.queries = split.type().shape();
    int batch = queries.dim(0);
    int rows = queries.dim(2);
    int largest = Math.toIntExact(node.constant(6, "total_sequence_length").longAt(0));
    this.past = node.has(3) ? node.shape(3).dim(2) : 0;
    this.total = Math.max(largest, past);
    if (!node.shape(5).equals(Shape.of(batch)) && !node.shape(5).equals(Shape.of(batch, 1))) {
      throw new IllegalArgumentException(
          "operand 'seqlens_k' is " + node.type(5) + ", expected " + Shape.of(batch));
    }
    if (rows > largest || largest > past + rows) {
      throw new IllegalArgumentException(
          "the largest total is " + largest + " for " + rows + " new and " + past + " past rows");
    }
    Value lasts = node.reshape(node.input(5), List.of(batch, 1, 1, 1));
    this.before =
        rows == largest
            ? node.constant(Tensor.splatLong(TensorType.of(DType.INT32, batch, 1, 1, 1), 0))
            : node.add(new Sub(), lasts, node.scalar(DType.INT32, rows - 1));
    boolean rotary = a.flag("do_rotary", false);
    this.q = rotary ? rotated(split) : split;
    Value key = heads(parts.get(1), groups);
    this.k = present(3, rotary ? rotated(key) : key);
    this.v = present(4, heads(parts.get(2), groups));
  }

  /** The results of {@code node}. */
  static List<Value> apply(NodeContext node) {
    Attributes a = node.attributes();
    if (a.flag("smooth_softmax", false)) {
      throw node.unsupported("smooth_softmax", "the shares of a row must add up to 1");
    }
    for (String bits : List.of("kv_cache_bit_width", "qk_output")) {
      if (a.integer(bits, 0) != 0) {
        throw node.unsupported(bits, "expected 0");
      }
    }
    if (node.has(3) != node.has(4)) {
      throw new IllegalArgumentException("past keys and past values are only given together");
    }
    a.ignore("rotary_interleaved");
    return new GroupQueryAttentionImporter(node).results();
  }

  private List<Value> parts() {
    if (node.has(1) && node.has(2)) {
      return List.of(node.input(0), node.input(1), node.input(2));
    }
    Shape all = node.shape(0);
    int units = heads + 2 * groups;
    if (all.rank() != 3 || units < 1 || all.dim(2) % units != 0) {
      throw new IllegalArgumentException(
          "queries, keys and values together are "
              + node.type(0)
              + ", expected "
              + units
              + " heads along the last axis");
    }
    int width = all.dim(2) / units;
    List<Integer> widths = List.of(heads * width, groups * width, groups * width);
    return node.emit(new Split(2, widths), List.of(node.input(0)));
  }

  private Value heads(Value x, int count) {
    Shape shape = x.type().shape();
    if (shape.rank() != 3 || count < 1 || shape.dim(2) % count != 0) {
      throw new IllegalArgumentException(
          "queries, keys or values are "
              + x.type()
              + ", expected "
              + count
              + " heads along the last of 3 axes");
    }
    List<Integer> dims = List.of(shape.dim(0), shape.dim(1), count, shape.dim(2) / count);
    return node.add(new Transpose(SWAP_HEADS), node.reshape(x, dims));
  }

  private Value range(int axis, int count) {
    int[] dims = {1, 1, 1, 1};
    dims[axis] = count;
    return node.constant(Tensor.fromLongs(TensorType.of(DType.INT32, dims), i -> i));
  }

  /** {@code x: [b, h, s, d]} rotated by the positions of its rows. */
  private Value rotated(Value x) {
    int batch = queries.dim(0);
    int rows = queries.dim(2);
    Value places =
        node.has(9)
            ? node.input(9)
            : node.reshape(node.add(new Add(), before, range(2, rows)), List.of(batch, rows));
    int half = node.shape(7).dim(1);
    List<Integer> dims = List.of(batch, 1, rows, half);
    Value cos = node.reshape(node.add(new Gather(0), node.input(7), places), dims);
    Value sin = node.reshape(node.add(new Gather(0), node.input(8), places), dims);
    boolean woven = node.attributes().flag("rotary_interleaved", false);
    return RotaryEmbeddingImporter.rotated(node, x, cos, sin, 2 * half, woven);
  }

  /** Past keys or values, operand {@code i}, as many as count, and then {@code fresh}. */
  private Value present(int i, Value fresh) {
    Shape shape = fresh.type().shape();
    int rows = shape.dim(2);
    if (past == 0 && total == rows) {
      return fresh;
    }
    DType dtype = fresh.type().dtype();
    List<Value> sources = new ArrayList<>();
    node.optional(i).ifPresent(sources::add);
    sources.add(fresh);
    sources.add(node.constant(Tensor.splat(new TensorType(dtype, shape.with(2, 1)), 0)));
    Value places = range(2, total);
    Value offset = node.add(new Sub(), places, before);
    Value isFresh = node.add(new Less(), offset, node.scalar(DType.INT32, rows));
    Value shifted = node.add(new Add(), offset, node.scalar(DType.INT32, past));
    Value nothing = node.scalar(DType.INT32, past + rows);
    Value later = node.add(new Where(), isFresh, shifted, nothing);
    Value isPast = node.add(new Less(), places, before);
    Value index = node.add(new Where(), isPast, places, later);
    Value all =
        node.add(new Expand(List.of(shape.dim(0), shape.dim(1), total, shape.dim(3))), index);
    return node.add(new GatherElements(2), node.emit(new Concat(2), sources).get(0), all);
  }

  private List<Value> results() {
    float given = node.number("scale", 0);
    double factor = given == 0 ? 1 / Math.sqrt(queries.dim(3)) : given;
    DType dtype = q.type().dtype();
    GroupedProducts products = GroupedProducts.of(node, q, k, v);
    Value scores = products.scores(node.add(new Mul(), q, node.scalar(dtype, factor)));
    float cap = node.number("softcap", 0);
    if (cap > 0) {
      Value bound = node.scalar(dtype, cap);
      scores = node.add(new Mul(), node.add(new Tanh(), node.add(new Div(), scores, bound)), bound);
    }
    if (node.has(10)) {
      scores = node.add(new Add(), scores, node.input(10));
    }
    Value least = node.scalar(dtype, Double.NEGATIVE_INFINITY);
    Value masked = node.add(new Where(), allowed(), scores, least);
    Value y = products.output(node.add(new Softmax(3), masked));
    int width = heads * y.type().shape().dim(3);
    Value joined = node.add(new Transpose(SWAP_HEADS), y);
    return List.of(node.reshape(joined, List.of(queries.dim(0), queries.dim(2), width)), k, v);
  }

  /** Which keys a row sees: its own and those before it, at most as many as the window says. */
  private Value allowed() {
    Value own = node.add(new Add(), before, range(2, queries.dim(2)));
    Value places = range(3, total);
    Value allowed = node.add(new LessOrEqual(), places, own);
    int window = node.attributes().integer("local_window_size", -1);
    if (window <= 0) {
      return allowed;
    }
    Value first = node.add(new Sub(), own, node.scalar(DType.INT32, window));
    return node.add(new And(), allowed, node.add(new LessOrEqual(), first, places));
  }
}
