package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.ArgMax;
import dev.coppice.compiler.op.ArgMin;
import dev.coppice.compiler.op.CumSum;
import dev.coppice.compiler.op.Gather;
import dev.coppice.compiler.op.OneHot;
import dev.coppice.compiler.op.ScatterElements;
import dev.coppice.compiler.op.ScatterND;
import dev.coppice.compiler.op.ScatterReduction;
import dev.coppice.compiler.op.TopK;
import dev.coppice.compiler.op.Trilu;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
    int axis = AxisArguments.normalize(one(node, 1, "axis"), node.shape(0).rank());
    boolean exclusive = node.attributes().flag("exclusive", false);
    boolean reverse = node.attributes().flag("reverse", false);
    return List.of(node.add(new CumSum(axis, exclusive, reverse), node.input(0)));
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
    int k = node.opset() < 10 ? node.attributes().integer("k") : Math.toIntExact(one(node, 1, "k"));
    boolean largest = node.opset() < 11 || node.attributes().flag("largest", true);
    // Results are in order even where the model does not ask for it.
    node.attributes().ignore(node.opset() < 11 ? new String[0] : new String[] {"sorted"});
    return node.emit(new TopK(node.axis(-1), k, largest), List.of(node.input(0)));
  }

  /** Trilu, since 14; the diagonal is an operand. */
  static List<Value> trilu(NodeContext node) {
    long k = node.has(1) ? one(node, 1, "k") : 0;
    int bounded = (int) Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, k));
    boolean upper = node.attributes().flag("upper", true);
    return List.of(node.add(new Trilu(upper, bounded), node.input(0)));
  }

  /**
   * Compress, since 9: the condition decides the result's shape, so it must be constant; becomes
   * Gather.
   */
  static List<Value> compress(NodeContext node) {
    Tensor condition = node.constant(1, "condition");
    Value x = node.input(0);
    boolean flat = !node.attributes().has("axis");
    Value from = flat ? node.reshape(x, List.of(x.type().shape().size())) : x;
    int axis =
        flat
            ? 0
            : AxisArguments.normalize(node.attributes().integer("axis"), x.type().shape().rank());
    List<Long> kept = new ArrayList<>();
    for (int i = 0; i < condition.size(); i++) {
      if (condition.booleanAt(i)) {
        kept.add((long) i);
      }
    }
    Value indices = node.constant(longs(kept));
    return List.of(node.add(new Gather(axis), from, indices));
  }

  /**
   * NonZero, since 9: its result's shape depends on the operand's values, so that must be constant.
   */
  static List<Value> nonZero(NodeContext node) {
    Tensor x = node.constant(0, "X");
    int[] strides = x.shape().strides();
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < x.size(); i++) {
      if (x.booleanAt(i)) {
        found.add(i);
      }
    }
    int rank = x.shape().rank();
    int n = found.size();
    long[] coordinates = new long[rank * n];
    for (int a = 0; a < rank; a++) {
      for (int j = 0; j < n; j++) {
        coordinates[a * n + j] = found.get(j) / strides[a] % x.shape().dim(a);
      }
    }
    return List.of(node.constant(Tensor.ofLongs(Shape.of(rank, n), coordinates)));
  }

  private static Tensor longs(List<Long> values) {
    long[] all = values.stream().mapToLong(Long::longValue).toArray();
    return Tensor.ofLongs(Shape.of(all.length), all);
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
