package dev.coppice.compiler.onnx;

import dev.coppice.compiler.ir.Value;
import dev.coppice.compiler.op.Concat;
import dev.coppice.compiler.op.Mul;
import dev.coppice.compiler.tensor.DType;
import dev.coppice.compiler.tensor.Shape;
import dev.coppice.compiler.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.IntStream;

/**
 * Which results have which extents, by kind of operator; each imports the node on padded values.
 *
 * <p>Every rule throws {@link Refusal} where padding would spoil the result.
 */
final class ExtentRules {
  private ExtentRules() {}

  /** Says that a rule does not cover the operands of a node. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String why) {
      super(why, null, false, false);
    }
  }

  static List<Value> elementwise(NodeContext node, NodeImporter importer) {
    List<Value> results = importer.apply(node);
    int rank = results.get(0).type().shape().rank();
    for (int axis = 0; axis < rank; axis++) {
      Optional<Value> count = common(node, node.given(), rank, axis);
      if (count.isPresent()) {
        node.extent(results.get(0), axis, count.get());
      }
    }
    return results;
  }

  /** The extent along {@code axis} of {@code rank} that operands of at most that rank agree on. */
  private static Optional<Value> common(
      NodeContext node, List<Value> operands, int rank, int axis) {
    Optional<Value> count = Optional.empty();
    boolean fixed = false;
    for (Value v : operands) {
      int own = axis - rank + v.type().shape().rank();
      Value mine = own < 0 ? null : node.extents().of(v).get(own);
      if (mine != null && count.isPresent() && !count.get().equals(mine)) {
        throw new Refusal("its operands have lengths that may differ");
      }
      count = mine != null ? Optional.of(mine) : count;
      fixed |= mine == null && own >= 0 && v.type().shape().dim(own) != 1;
    }
    if (count.isPresent() && fixed) {
      throw new Refusal("another operand has a fixed length along that axis");
    }
    return count;
  }

  static List<Value> transpose(NodeContext node, NodeImporter importer) {
    int rank = node.shape(0).rank();
    List<Integer> perm =
        node.attributes()
            .integers("perm")
            .orElseGet(() -> IntStream.range(0, rank).mapToObj(i -> rank - 1 - i).toList());
    SortedMap<Integer, Value> counts = node.extents().of(node.input(0));
    List<Value> results = importer.apply(node);
    for (int axis = 0; axis < rank; axis++) {
      Value count = counts.get(perm.get(axis));
      if (count != null) {
        node.extent(results.get(0), axis, count);
      }
    }
    return results;
  }

  /** An axis keeps its extent where it stays whole, or is merged with fixed axes behind it. */
  static List<Value> reshape(NodeContext node, NodeImporter importer) {
    Value x = node.input(0);
    if (node.given().stream().skip(1).anyMatch(v -> node.constant(v).isEmpty())) {
      throw new Refusal("the new shape is known only at run time");
    }
    List<Value> results = importer.apply(node);
    Shape from = x.type().shape();
    Shape to = results.get(0).type().shape();
    node.extents()
        .of(x)
        .forEach(
            (axis, count) -> {
              int before = from.sizeOf(0, axis);
              for (int a = 0; a < to.rank(); a++) {
                int merged = to.dim(a) / Math.max(1, from.dim(axis));
                boolean starts = to.sizeOf(0, a) == before;
                if (starts
                    && (to.dim(a) == from.dim(axis) || merges(from, axis, merged, to.dim(a)))) {
                  node.extent(results.get(0), a, times(node, count, merged));
                  return;
                }
              }
              throw new Refusal("an axis of run-time length is split or merged");
            });
    return results;
  }

  private static boolean merges(Shape from, int axis, int factor, int dim) {
    if (dim != from.dim(axis) * factor) {
      return false;
    }
    int behind = 1;
    for (int a = axis + 1; a < from.rank() && behind < factor; a++) {
      behind *= from.dim(a);
    }
    return behind == factor;
  }

  private static Value times(NodeContext node, Value count, int factor) {
    return factor == 1
        ? count
        : node.add(new Mul(), scalar(node, count), node.scalar(DType.INT64, factor));
  }

  private static Value scalar(NodeContext node, Value count) {
    return node.reshape(count, List.of());
  }

  static List<Value> gather(NodeContext node, NodeImporter importer) {
    int axis = node.axis(0);
    SortedMap<Integer, Value> data = node.extents().of(node.input(0));
    SortedMap<Integer, Value> indices = node.extents().of(node.input(1));
    if (data.containsKey(axis)) {
      boolean fromStart =
          node.constant(1)
              .filter(t -> IntStream.range(0, t.size()).allMatch(i -> t.longAt(i) >= 0))
              .isPresent();
      if (!fromStart) {
        throw new Refusal("its indices may count from the end of that axis");
      }
    }
    List<Value> results = importer.apply(node);
    int added = node.shape(1).rank();
    data.forEach(
        (a, count) -> {
          if (a != axis) {
            node.extent(results.get(0), a < axis ? a : a + added - 1, count);
          }
        });
    indices.forEach((a, count) -> node.extent(results.get(0), axis + a, count));
    return results;
  }

  static List<Value> gatherNd(NodeContext node, NodeImporter importer) {
    SortedMap<Integer, Value> indices = node.extents().of(node.input(1));
    if (node.extents().isDynamic(node.input(0)) || indices.containsKey(node.shape(1).rank() - 1)) {
      throw new Refusal("only the number of index tuples may be known at run time");
    }
    List<Value> results = importer.apply(node);
    indices.forEach((a, count) -> node.extent(results.get(0), a, count));
    return results;
  }

  static List<Value> concat(NodeContext node, NodeImporter importer) {
    int axis = node.axis(0);
    List<Value> results = importer.apply(node);
    int rank = node.shape(0).rank();
    for (int a = 0; a < rank; a++) {
      Optional<Value> count = common(node, node.given(), rank, a);
      if (count.isPresent() && a == axis) {
        throw new Refusal("it would join along the axis of run-time length");
      }
      if (count.isPresent()) {
        node.extent(results.get(0), a, count.get());
      }
    }
    return results;
  }

  static List<Value> slice(NodeContext node, NodeImporter importer) {
    Value x = node.input(0);
    if (node.given().stream().skip(1).anyMatch(node.extents()::isDynamic)) {
      throw new Refusal("what to slice is known only at run time");
    }
    List<Value> results = importer.apply(node);
    Value y = results.get(0);
    SortedMap<Integer, Value> counts = node.extents().of(x);
    if (y.equals(x)) {
      return results;
    }
    counts.forEach(
        (axis, count) -> {
          if (y.type().shape().dim(axis) != x.type().shape().dim(axis)) {
            throw new Refusal("it takes a part of the axis of run-time length");
          }
          node.extent(y, axis, count);
        });
    return results;
  }

  static List<Value> reduction(NodeContext node, NodeImporter importer) {
    SortedMap<Integer, Value> counts = node.extents().of(node.input(0));
    Shape from = node.shape(0);
    List<Value> results = importer.apply(node);
    Shape to = results.get(0).type().shape();
    // With one axis left out, those before it keep their place and those behind it move up.
    int dropped = from.rank() - to.rank();
    counts.forEach(
        (axis, count) -> {
          boolean stays = axis < to.rank() && to.sizeOf(0, axis + 1) == from.sizeOf(0, axis + 1);
          int moved = axis - dropped;
          boolean fromEnd =
              moved >= 0
                  && to.sizeOf(moved, to.rank()) == from.sizeOf(axis, from.rank())
                  && to.dim(moved) == from.dim(axis);
          if (from.dim(axis) < 2 || !stays && !fromEnd) {
            throw new Refusal("it would reduce along the axis of run-time length");
          }
          node.extent(results.get(0), stays ? axis : moved, count);
        });
    return results;
  }

  static List<Value> alongAxis(NodeContext node, NodeImporter importer) {
    int axis = node.axis(node.opset() < 13 ? 1 : -1);
    SortedMap<Integer, Value> counts = node.extents().of(node.input(0));
    if (counts.containsKey(axis) || node.opset() < 13 && counts.lastKey() > axis) {
      throw new Refusal("it works along the axis of run-time length");
    }
    List<Value> results = importer.apply(node);
    counts.forEach((a, count) -> node.extent(results.get(0), a, count));
    return results;
  }

  static List<Value> matMul(NodeContext node, NodeImporter importer) {
    int rank = node.shape(0).rank();
    SortedMap<Integer, Value> counts = node.extents().of(node.input(0));
    if (node.extents().isDynamic(node.input(1))
        || rank < 2
        || counts.containsKey(rank - 1)
        || node.shape(1).rank() > 2) {
      throw new Refusal("only the rows of its first operand may be known at run time");
    }
    List<Value> results = importer.apply(node);
    counts.forEach((a, count) -> node.extent(results.get(0), a, count));
    return results;
  }

  static List<Value> shape(NodeContext node, NodeImporter importer) {
    Value x = node.input(0);
    Tensor bound = node.constant(importer.apply(node).get(0)).orElseThrow();
    int start = (int) node.attributes().longInteger("start", 0);
    int first =
        Math.max(
            0,
            Math.min(x.type().shape().rank(), start < 0 ? start + x.type().shape().rank() : start));
    List<Value> parts = new ArrayList<>();
    for (int i = 0; i < bound.size(); i++) {
      Value count = node.extents().of(x).get(first + i);
      parts.add(
          count != null
              ? node.reshape(count, List.of(1))
              : node.constant(Tensor.ofLongs(Shape.of(1), bound.longAt(i))));
    }
    return List.of(parts.isEmpty() ? node.constant(bound) : node.emit(new Concat(0), parts).get(0));
  }

  static List<Value> size(NodeContext node, NodeImporter importer) {
    Value x = node.input(0);
    SortedMap<Integer, Value> counts = node.extents().of(x);
    int fixed = 1;
    for (int a = 0; a < x.type().shape().rank(); a++) {
      fixed *= counts.containsKey(a) ? 1 : x.type().shape().dim(a);
    }
    Value product = node.scalar(DType.INT64, fixed);
    for (Value count : counts.values()) {
      product = node.add(new Mul(), product, scalar(node, count));
    }
    return List.of(product);
  }
}
