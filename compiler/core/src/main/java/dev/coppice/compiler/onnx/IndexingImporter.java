package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.ArgMax;
import dev.coppice.compiler.op.ArgMin;
import dev.coppice.compiler.op.Cumulation;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.NonMaxSuppression;
import dev.coppice.compiler.op.NonZero;
import dev.coppice.compiler.op.OneHot;
import dev.coppice.compiler.op.ScatterElements;
import dev.coppice.compiler.op.ScatterND;
import dev.coppice.compiler.op.ScatterReduction;
import dev.coppice.compiler.op.Slice;
import dev.coppice.compiler.op.TopK;
import dev.coppice.compiler.op.Trilu;
import dev.coppice.compiler.op.Unique;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Operators about positions: operands that choose an axis, a depth or a count must be constants.
 */
final class IndexingImporter {
  private IndexingImporter() {}

  /** ArgMax, since 1; {@code select_last_index} since 12. */
  static List<Value> argMax(NodeContext node) {
    return node.all(new ArgMax(node.axis(0), keepsDims(node), selectsLast(node)));
  }

  /** ArgMin, since 1; {@code select_last_index} since 12. */
  static List<Value> argMin(NodeContext node) {
    return node.all(new ArgMin(node.axis(0), keepsDims(node), selectsLast(node)));
  }

  /** CumSum, since 11; the axis is an operand. */
  static List<Value> cumSum(NodeContext node) {
    return cumulation(node, Cumulation.Kind.SUM);
  }

  /** CumProd, since 26; the axis is an operand. */
  static List<Value> cumProd(NodeContext node) {
    return cumulation(node, Cumulation.Kind.PRODUCT);
  }

  private static List<Value> cumulation(NodeContext node, Cumulation.Kind kind) {
    int axis = AxisArguments.normalize(one(node, 1, "axis"), node.shape(0).rank());
    boolean exclusive = node.attributes().flag("exclusive", false);
    boolean reverse = node.attributes().flag("reverse", false);
    return List.of(node.add(new Cumulation(kind, axis, exclusive, reverse), node.input(0)));
  }

  /** OneHot, since 9; the depth is an operand. */
  static List<Value> oneHot(NodeContext node) {
    int depth = Math.toIntExact(one(node, 1, "depth"));
    int axis = node.attributes().integer("axis", -1);
    int place = AxisArguments.normalize(axis, node.shape(0).rank() + 1);
    return List.of(node.add(new OneHot(place, depth), node.input(0), node.input(2)));
  }

  /** Scatter, 9 to 10, and ScatterElements, since 11; reductions since 16. */
  static List<Value> scatterElements(NodeContext node) {
    return node.all(new ScatterElements(node.axis(0), reduction(node)));
  }

  /** ScatterND, since 11; reductions since 16. */
  static List<Value> scatterNd(NodeContext node) {
    return node.all(new ScatterND(reduction(node)));
  }

  /** TopK, since 1; the count is an operand since 10, the order an attribute since 11. */
  static List<Value> topK(NodeContext node) {
    int axis = node.axis(-1);
    boolean fixed = node.opset() < 10 || node.constant(1).isPresent();
    int k =
        node.opset() < 10
            ? node.attributes().integer("k")
            : fixed ? Math.toIntExact(one(node, 1, "k")) : node.shape(0).dim(axis);
    boolean largest = node.opset() < 11 || node.attributes().flag("largest", true);
    // Results are in order even where the model does not ask for it.
    node.attributes().ignore(node.opset() < 11 ? new String[0] : new String[] {"sorted"});
    List<Value> results = node.emit(new TopK(axis, k, largest), List.of(node.input(0)));
    if (!fixed) {
      Value count = node.reshape(node.input(1), List.of());
      results.forEach(r -> node.extent(r, axis, count));
    }
    return results;
  }

  /** Trilu, since 14; the diagonal is an operand. */
  static List<Value> trilu(NodeContext node) {
    long k = node.has(1) ? one(node, 1, "k") : 0;
    int bounded = (int) Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, k));
    boolean upper = node.attributes().flag("upper", true);
    return List.of(node.add(new Trilu(upper, bounded), node.input(0)));
  }

  /** Compress, since 9; becomes Gather at the places where the condition holds. */
  static List<Value> compress(NodeContext node) {
    Value condition = node.input(1);
    Value x = node.input(0);
    boolean flat = !node.attributes().has("axis");
    Value from = flat ? node.reshape(x, List.of(x.type().shape().size())) : x;
    int axis =
        flat
            ? 0
            : AxisArguments.normalize(node.attributes().integer("axis"), x.type().shape().rank());
    int extent = from.type().shape().dim(axis);
    int n = condition.type().shape().size();
    if (condition.type().dtype() != DType.BOOL
        || condition.type().shape().rank() != 1
        || n > extent) {
      throw new IllegalArgumentException(
          "operand 'condition' is "
              + condition.type()
              + ", expected at most "
              + extent
              + " booleans along one axis");
    }
    List<Value> found = places(node, condition);
    Value indices = node.reshape(found.get(0), List.of(found.get(0).type().shape().size()));
    Value y = node.add(new Gather(axis), from, indices);
    if (node.constant(found.get(1)).isEmpty()) {
      node.extent(y, axis, found.get(1));
    }
    return List.of(y);
  }

  /** NonZero, since 9. */
  static List<Value> nonZero(NodeContext node) {
    return List.of(places(node, node.input(0)).get(0));
  }

  /** Coordinates of the elements that are not zero, a column each, and their number. */
  private static List<Value> places(NodeContext node, Value x) {
    List<Value> found = node.emit(new NonZero(), List.of(x));
    return List.of(cut(node, found.get(0), 1, found.get(1)), found.get(1));
  }

  /** NonMaxSuppression, since 10. */
  static List<Value> nonMaxSuppression(NodeContext node) {
    int center = node.attributes().integer("center_point_box", 0);
    if (center != 0 && center != 1) {
      throw node.unsupported("center_point_box", "it is " + center + ", expected 0 or 1");
    }
    int boxes = node.shape(0).rank() == 3 ? node.shape(0).dim(1) : 0;
    Value most = node.has(2) ? node.input(2) : node.scalar(DType.INT64, 0);
    Optional<Tensor> known = node.constant(most);
    int room =
        known.isPresent() ? (int) Math.max(0, Math.min(boxes, known.get().longAt(0))) : boxes;
    Value overlap = node.has(3) ? node.input(3) : node.scalar(DType.FLOAT32, 0);
    Value score =
        node.has(4) ? node.input(4) : node.scalar(DType.FLOAT32, Double.NEGATIVE_INFINITY);
    List<Value> results =
        node.emit(
            new NonMaxSuppression(center == 1, room),
            List.of(node.input(0), node.input(1), most, overlap, score));
    return List.of(cut(node, results.get(0), 0, results.get(1)));
  }

  /** Unique, since 11. */
  static List<Value> unique(NodeContext node) {
    boolean flat = !node.attributes().has("axis");
    Value x = node.input(0);
    Value from = flat ? node.reshape(x, List.of(x.type().shape().size())) : x;
    int axis =
        flat
            ? 0
            : AxisArguments.normalize(node.attributes().integer("axis"), x.type().shape().rank());
    boolean sorted = node.attributes().flag("sorted", true);
    List<Value> results = node.emit(new Unique(axis, sorted), List.of(from));
    Value count = results.get(4);
    return List.of(
        cut(node, results.get(0), axis, count),
        cut(node, results.get(1), 0, count),
        results.get(2),
        cut(node, results.get(3), 0, count));
  }

  /** {@code padded} with {@code count} elements along {@code axis}. */
  private static Value cut(NodeContext node, Value padded, int axis, Value count) {
    Optional<Tensor> known = node.constant(count);
    if (known.isEmpty()) {
      node.extent(padded, axis, count);
      return padded;
    }
    int rank = padded.type().shape().rank();
    Shape part = padded.type().shape().with(axis, (int) known.get().longAt(0));
    return node.add(
        new Slice(
            Collections.nCopies(rank, 0),
            Collections.nCopies(rank, 1),
            Arrays.stream(part.dims()).boxed().toList()),
        padded);
  }

  private static boolean keepsDims(NodeContext node) {
    return node.attributes().flag("keepdims", true);
  }

  private static boolean selectsLast(NodeContext node) {
    return node.opset() >= 12 && node.attributes().flag("select_last_index", false);
  }

  private static ScatterReduction reduction(NodeContext node) {
    String name =
        node.opset() < 16
            ? "none"
            : node.opset() < 18
                ? node.choice("reduction", "none", "add", "mul")
                : node.choice("reduction", "none", "add", "mul", "max", "min");
    return ScatterReduction.valueOf(name.toUpperCase(Locale.ROOT));
  }

  /** Operand {@code i}, a constant with one element. */
  private static long one(NodeContext node, int i, String role) {
    Tensor t = node.constant(i, role);
    if (t.size() != 1) {
      throw new IllegalArgumentException(
          "operand '" + role + "' is " + t.type() + ", expected one element");
    }
    return t.longAt(0);
  }
}
